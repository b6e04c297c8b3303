#include "api/access.h"
#include "api/route_files.h"
#include "api/runbook_answers.h"
#include "api/snapshot_list.h"
#include "operations/preview_run.h"
#include "operations/snapshot_differences.h"
#include "operations/snapshot_runbook.h"
#include "operations/update_snapshot_variables.h"

#include <boost/json.hpp>

namespace stepwell::api {

using domain::RunbookSnapshot;
using operations::NamedVariable;

namespace {

domain::Noun const& noun() { return domain::noun_of<RunbookSnapshot>(); }

store::Stored load(Call const& call) {
    if (call.path.contains("project")) return load_snapshot(call, call.id(), filter_here(call));
    return load_stored(call, noun(), call.id());
}

// Any value except "false" means yes.
bool asked_to_publish(Call const& call) {
    auto publish = call.query.text("publish");
    return publish && !base::equal_ignoring_case(*publish, "false");
}

net::Response create(Call& call) {
    bool publish = asked_to_publish(call);
    if (publish) require(call, Permission::runbook_edit);
    auto wanted = schema::read_as<RunbookSnapshot>(body_here(call));
    wanted.space_id = call.space_id;
    auto stored = operations::snapshot_runbook(call.store(), call.caller, std::move(wanted), publish);
    return answer_stored(call, 201, noun(), publish ? published_now(stored.id) : Crud(), stored);
}

net::Response modify(Call& call) {
    auto stored = operations::modify(call.store(), call.caller, noun(), call.space_id, load(call).id, call.body(),
                                     call.if_match());
    return answer_stored(call, 200, noun(), {}, stored);
}

net::Response remove(Call& call) {
    operations::remove(call.store(), call.caller, noun(), call.space_id, load(call).id, call.if_match());
    return answer_json(200, "{}");
}

void add_snapshots(Routes& routes) {
    auto const& access = noun().access;
    auto const& type = *noun().type;
    add_both(routes,
             Route("GET", "runbookSnapshots", access.view, On::anything, Cost::work,
                   "List runbook snapshots, newest first",
                   [](Call& call) { return answer_snapshots(call, path_here(call, noun()), filter_here(call)); })
                 .gives_list(type));
    add_both(routes, Route("GET", "runbookSnapshots/all", access.view, On::anything, Cost::work,
                           "List all runbook snapshots as an array",
                           [](Call& call) { return answer_all(call, noun(), {}, filter_here(call)); })
                         .gives_list(type));
    add_both(routes,
             Route("GET", "runbookSnapshots/{id}", access.view, On::document, Cost::read, "Read a runbook snapshot",
                   [](Call& call) { return answer_stored(call, 200, noun(), {}, load(call)); })
                 .gives(type));
    add_both(routes, Route("POST", "runbookSnapshots", access.create, On::created, Cost::work,
                           "Create a snapshot of the current runbook", create)
                         .takes(type)
                         .gives(type));
    add_both(routes, Route("PUT", "runbookSnapshots/{id}", access.edit, On::document, Cost::work,
                           "Change the name and the notes of a snapshot", modify)
                         .takes(type)
                         .gives(type));
    add_both(routes, Route("DELETE", "runbookSnapshots/{id}", access.remove, On::document, Cost::work,
                           "Delete a snapshot with its runs", remove));
}

struct UpdateByName {
    std::vector<NamedVariable> variables;

    static constexpr std::string_view type_name = "UpdateVariablesByName";
    static void describe(auto& field) {
        field("Variables", &UpdateByName::variables, schema::required, "Variables to update.");
    }
};

net::Response update_variables(Call& call) {
    return answer_stored(call, 200, noun(), {},
                         operations::update_snapshot_variables(call.store(), call.caller, call.space_id, call.id()));
}

net::Response update_variables_by_name(Call& call) {
    auto asked = schema::read_as<UpdateByName>(call.body());
    auto stored = operations::update_snapshot_variables(call.store(), call.caller, call.space_id, call.id(),
                                                        std::move(asked.variables));
    return answer_stored(call, 200, noun(), {}, stored);
}

Runnable frozen(Call const& call) {
    auto snapshot = store::parse<RunbookSnapshot>(load_stored(call, noun(), call.id()));
    auto runbook = call.store().read(
        [&](store::Session& session) { return store::load<domain::Runbook>(session, snapshot.runbook.value); });
    return {std::move(runbook), std::move(snapshot)};
}

net::Response runs(Call& call) {
    auto stored = load_stored(call, noun(), call.id());
    return answer_list(call, domain::noun_of<domain::RunbookRun>(), {}, self_path(noun(), stored) + "/runbookRuns",
                       {{"RunbookSnapshotId", {stored.id}}});
}

void add_views(Routes& routes) {
    auto const& access = noun().access;
    auto const& run = domain::noun_of<domain::RunbookRun>();
    auto const& preview_type = schema::type_of<operations::RunPreview>();
    routes.add(Route("POST", "runbookSnapshots/{id}/snapshot-variables", access.edit, On::document, Cost::work,
                     "Update all variables of a snapshot", update_variables)
                   .gives(*noun().type));
    routes.add(Route("POST", "runbookSnapshots/{id}/snapshot-variables-by-name", access.edit, On::document, Cost::work,
                     "Update some variables of a snapshot", update_variables_by_name)
                   .takes(schema::type_of<UpdateByName>())
                   .gives(*noun().type));
    routes.add(Route("GET", "runbookSnapshots/{id}/runbookRuns", run.access.view, On::part, Cost::work,
                     "List runs of a snapshot", runs)
                   .gives_list(*run.type));
    routes.add(Route("GET", "runbookSnapshots/{id}/runbookRuns/template", access.view, On::document, Cost::work,
                     "Read the template of a run: environments, and whether the snapshot is outdated",
                     [](Call& call) { return answer_run_template(call, frozen(call)); }));
    routes.add(Route("GET", "runbookSnapshots/{id}/differences", access.view, On::document, Cost::work,
                     "Compare a snapshot with the current runbook",
                     [](Call& call) { return answer_differences(call, frozen(call)); })
                   .gives(schema::type_of<operations::SnapshotDifferences>()));
    for (std::string end : {"", "/{tenant}"})
        routes.add(Route("GET", "runbookSnapshots/{id}/runbookRuns/preview/{environment}" + end, access.view,
                         On::document, Cost::work, "Preview a run of a snapshot",
                         [](Call& call) { return answer_preview(call, frozen(call)); })
                       .gives(preview_type));
    routes.add(Route("POST", "runbookSnapshots/{id}/runbookRuns/previews", access.view, On::document, Cost::work,
                     "Preview several runs of a snapshot",
                     [](Call& call) { return answer_previews(call, frozen(call)); })
                   .takes(previews_asked())
                   .gives_array(preview_type));
}

} // namespace

void add_snapshot_routes(Routes& routes) {
    add_snapshots(routes);
    add_views(routes);
}

} // namespace stepwell::api
