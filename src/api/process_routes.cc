#include "api/in_project.h"
#include "api/route_files.h"
#include "api/runbook_answers.h"
#include "base/error.h"
#include "operations/frozen.h"
#include "operations/save_process.h"
#include "operations/snapshot_runbook.h"
#include "operations/snapshot_template.h"

namespace stepwell::api {

using base::JsonWriter;
using domain::DeploymentProcess;
using domain::RunbookProcess;

namespace {

// Sets the newest frozen copy when the process is read: only snapshots refer to it, because the process does not change
// when it is frozen.
std::string render(Call const&, store::Session& session, store::Stored const& stored) {
    auto const& noun = domain::noun_of<RunbookProcess>();
    auto process = store::parse<RunbookProcess>(stored);
    bool live = base::equal_ignoring_case(stored.id, "RunbookProcess-" + process.runbook.value);
    auto newest = live ? operations::find_newest_snapshot(session, process.runbook.value) : std::nullopt;
    if (!newest) return with_links(noun, stored);
    process.last_snapshot = newest->frozen_process;
    auto answered = stored;
    answered.json = schema::to_json(process);
    return with_links(noun, answered);
}

// Answers with `now` and with warnings about the saved process.
template <class T, class Now> Crud saved(Now now) {
    Crud crud;
    crud.render = [now](Call const& call, store::Session& session, store::Stored const& stored) {
        auto lints = operations::lint_process(session, store::parse<T>(stored));
        return with_warnings(now(call, session, stored), lints);
    };
    return crud;
}

Crud composed() {
    Crud crud;
    crud.render = render;
    return crud;
}

// Returns a current or a frozen process.
store::Stored load_runbook_process(Call const& call) {
    auto frozen = call.store().read(
        [&](store::Session& session) { return operations::find_frozen_process(session, call.id(), call.space_id); });
    if (!frozen) return load_here(call, domain::noun_of<RunbookProcess>(), call.id());
    auto owner = domain::link_value(domain::noun_of<RunbookProcess>(), frozen->link_values, "ProjectId");
    if (call.path.contains("project") && !base::equal_ignoring_case(owner, project_in_path(call)))
        store::throw_not_found(call.id());
    return std::move(*frozen);
}

net::Response save_runbook_process(Call& call) {
    auto const& noun = domain::noun_of<RunbookProcess>();
    call.store().read([&](store::Session& session) { operations::refuse_if_frozen(session, call.id()); });
    auto id = load_here(call, noun, call.id()).id;
    auto stored =
        operations::save_process(call.store(), call.caller, noun, call.space_id, id, call.body(), call.if_match());
    return answer_stored(call, 200, noun, saved<RunbookProcess>(render), stored);
}

net::Response read_snapshot_template(Call& call) {
    return answer_snapshot_template(call, store::parse<RunbookProcess>(load_runbook_process(call)));
}

void add_runbook_processes(Routes& routes) {
    auto const& noun = domain::noun_of<RunbookProcess>();
    auto [view, create, edit, remove] = noun.access;
    add_both(
        routes,
        Route("GET", "runbookProcesses", view, On::anything, Cost::work, "List runbook processes", [&noun](Call& call) {
            return answer_list(call, noun, composed(), path_here(call, noun), filter_here(call));
        }).gives_list(*noun.type));
    add_both(routes, Route("GET", "runbookProcesses/all", view, On::anything, Cost::work,
                           "List all runbook processes as an array",
                           [&noun](Call& call) { return answer_all(call, noun, composed(), filter_here(call)); })
                         .gives_list(*noun.type));
    add_both(routes, Route("GET", "runbookProcesses/{id}", view, On::document, Cost::work,
                           "Read a live or frozen process of a runbook",
                           [&noun](Call& call) {
                               return answer_stored(call, 200, noun, composed(), load_runbook_process(call));
                           })
                         .gives(*noun.type));
    add_both(routes, Route("PUT", "runbookProcesses/{id}", edit, On::document, Cost::work,
                           "Replace the steps of a runbook", save_runbook_process)
                         .takes(*noun.type)
                         .gives(*noun.type));
    routes.add(Route("GET", "runbookProcesses/{id}/runbookSnapshotTemplate", view, On::document, Cost::work,
                     "Read the template of a snapshot of a process", read_snapshot_template)
                   .gives(schema::type_of<operations::SnapshotTemplate>()));
}

// Returns the id of the deployment process of the project in the path, or the {id} of the path.
std::string deployment_process_id(Call const& call) {
    if (!call.path.contains("project")) return load_stored(call, domain::noun_of<DeploymentProcess>(), call.id()).id;
    return "deploymentprocess-" + project_in_path(call);
}

net::Response read_deployment_process(Call& call) {
    auto const& noun = domain::noun_of<DeploymentProcess>();
    return answer_stored(call, 200, noun, {}, load_stored(call, noun, deployment_process_id(call)));
}

net::Response save_deployment_process(Call& call) {
    auto const& noun = domain::noun_of<DeploymentProcess>();
    auto stored = operations::save_process(call.store(), call.caller, noun, call.space_id, deployment_process_id(call),
                                           call.body(), call.if_match());
    auto plain = [&noun](Call const&, store::Session&, store::Stored const& saved) { return with_links(noun, saved); };
    return answer_stored(call, 200, noun, saved<DeploymentProcess>(plain), stored);
}

net::Response release_template(Call& call) {
    auto process = store::parse<DeploymentProcess>(
        load_stored(call, domain::noun_of<DeploymentProcess>(), deployment_process_id(call)));
    auto named =
        call.store().read([&](store::Session& session) { return operations::selectable(session, process, {}); });
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("DeploymentProcessId", process.id).key("LastReleaseVersion").null();
    to.member("NextVersionIncrement", "0.0.1")
        .key("VersioningPackageStepName")
        .null()
        .key("VersioningPackageReferenceName")
        .null();
    to.key("Packages").raw(schema::to_json(named.packages));
    to.key("GitResources").raw(schema::to_json(named.git_resources));
    to.key("Links").begin_object().member("Self", call.request.path).end_object().end_object();
    return answer_json(200, std::move(json));
}

void add_deployment_processes(Routes& routes) {
    auto const& noun = domain::noun_of<DeploymentProcess>();
    auto [view, create, edit, remove] = noun.access;
    routes.add(Route("GET", "deploymentprocesses", view, On::anything, Cost::work, "List deployment processes",
                     [&noun](Call& call) { return answer_list(call, noun, {}, collection_path(call, noun)); })
                   .gives_list(*noun.type));
    routes.add(Route("GET", "deploymentprocesses/all", view, On::anything, Cost::work,
                     "List all deployment processes as an array",
                     [&noun](Call& call) { return answer_all(call, noun, {}); })
                   .gives_list(*noun.type));
    for (std::string path : {"deploymentprocesses/{id}", "projects/{project}/deploymentprocesses"}) {
        routes.add(
            Route("GET", path, view, On::document, Cost::read, "Read a deployment process", read_deployment_process)
                .gives(*noun.type));
        routes.add(Route("PUT", path, edit, On::document, Cost::work, "Replace the steps of a deployment process",
                         save_deployment_process)
                       .takes(*noun.type)
                       .gives(*noun.type));
        routes.add(Route("GET", path + "/template", view, On::document, Cost::read, "Read the template of a release",
                         release_template));
    }
}

} // namespace

void add_process_routes(Routes& routes) {
    add_runbook_processes(routes);
    add_deployment_processes(routes);
}

} // namespace stepwell::api
