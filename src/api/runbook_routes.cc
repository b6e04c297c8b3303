#include "api/access.h"
#include "api/in_project.h"
#include "api/route_files.h"
#include "api/runbook_answers.h"
#include "api/runbook_progression.h"
#include "api/snapshot_list.h"
#include "operations/clone_runbook.h"
#include "operations/create_runbook.h"
#include "operations/preview_run.h"
#include "operations/runbook_environments.h"
#include "operations/snapshot_template.h"

#include <boost/json.hpp>

namespace stepwell::api {

using domain::Runbook;
using store::Session;

namespace {

domain::Noun const& noun() { return domain::noun_of<Runbook>(); }

net::Response create(Call& call) {
    auto body = body_here(call);
    auto const& caller = call.caller;
    auto source = call.query.text("clone");
    if (source) refuse_invisible(call, noun(), "clone", *source);
    auto stored = source ? operations::clone_runbook(call.store(), caller, call.space_id, *source, body)
                         : operations::create_runbook(call.store(), caller, call.space_id, body);
    return answer_stored(call, 201, noun(), {}, stored);
}

net::Response modify(Call& call) {
    auto before = store::parse<Runbook>(load_here(call, noun(), call.id()));
    auto stored = operations::modify(call.store(), call.caller, noun(), call.space_id, before.id, body_here(call),
                                     call.if_match());
    auto snapshot = store::parse<Runbook>(stored).published_snapshot;
    bool publishes = !snapshot.empty() && snapshot != before.published_snapshot;
    return answer_stored(call, 200, noun(), publishes ? published_now(snapshot.value) : Crud(), stored);
}

net::Response remove(Call& call) {
    operations::remove(call.store(), call.caller, noun(), call.space_id, load_here(call, noun(), call.id()).id,
                       call.if_match());
    return answer_json(200, "{}");
}

void add_runbooks(Routes& routes) {
    auto const& access = noun().access;
    auto const& type = *noun().type;
    add_both(routes, Route("GET", "runbooks", access.view, On::anything, Cost::work, "List runbooks", [](Call& call) {
                         return answer_list(call, noun(), {}, path_here(call, noun()), filter_here(call));
                     }).gives_list(type));
    add_both(routes,
             Route("GET", "runbooks/all", access.view, On::anything, Cost::work, "List all runbooks as an array",
                   [](Call& call) { return answer_all(call, noun(), {}, filter_here(call)); })
                 .gives_list(type));
    add_both(routes,
             Route("GET", "runbooks/{id}", access.view, On::document, Cost::read, "Read a runbook", [](Call& call) {
                 return answer_stored(call, 200, noun(), {}, load_here(call, noun(), call.id()));
             }).gives(type));
    add_both(routes,
             Route("POST", "runbooks", access.create, On::created, Cost::work, "Create or clone a runbook", create)
                 .takes(type)
                 .gives(type));
    add_both(routes, Route("PUT", "runbooks/{id}", access.edit, On::document, Cost::work,
                           "Replace a runbook or publish a snapshot", modify)
                         .takes(type)
                         .gives(type));
    add_both(routes, Route("DELETE", "runbooks/{id}", access.remove, On::document, Cost::work,
                           "Delete a runbook with its process, snapshots and runs", remove));
}

net::Response environments(Call& call) {
    auto runbook = parse_here<Runbook>(call, call.id());
    auto const& environment = domain::noun_of<domain::Environment>();
    std::vector<std::string> items;
    call.store().read([&](Session& session) {
        for (auto const& stored : operations::runbook_environments(session, runbook))
            if (is_visible(call, session, environment, stored)) items.push_back(with_links(environment, stored));
    });
    return answer_json(200, list_of(items));
}

net::Response snapshot_template(Call& call) {
    auto runbook = parse_here<Runbook>(call, call.id());
    auto process = call.store().read(
        [&](Session& session) { return store::load<domain::RunbookProcess>(session, runbook.process); });
    return answer_snapshot_template(call, process);
}

Runnable as_it_is(Call const& call) { return {parse_here<Runbook>(call, call.id()), {}}; }

net::Response snapshots(Call& call) {
    auto runbook = load_here(call, noun(), call.id());
    return answer_snapshots(call, path_here(call, noun()) + "/" + runbook.id + "/runbookSnapshots",
                            {{"RunbookId", {runbook.id}}});
}

net::Response snapshot(Call& call) {
    auto runbook = load_here(call, noun(), call.id());
    auto stored = load_snapshot(call, call.part("name"), {{"RunbookId", {runbook.id}}});
    return answer_stored(call, 200, domain::noun_of<domain::RunbookSnapshot>(), {}, stored);
}

void add_views(Routes& routes) {
    auto view = noun().access.view;
    auto const& preview_type = schema::type_of<operations::RunPreview>();
    auto const& environment_type = *domain::noun_of<domain::Environment>().type;
    auto const& snapshot_type = *domain::noun_of<domain::RunbookSnapshot>().type;
    add_both(routes, Route("GET", "runbooks/{id}/environments", view, On::document, Cost::work,
                           "List environments of a runbook", environments)
                         .gives_array(environment_type));
    add_both(routes, Route("GET", "runbooks/{id}/runbookSnapshotTemplate", view, On::document, Cost::work,
                           "Read the template of a snapshot of a runbook", snapshot_template)
                         .gives(schema::type_of<operations::SnapshotTemplate>()));
    add_both(routes, Route("GET", "runbooks/{id}/runbookRunTemplate", view, On::document, Cost::work,
                           "Read the template of a run: environments, and whether the published snapshot is outdated",
                           [](Call& call) { return answer_run_template(call, as_it_is(call)); }));
    for (std::string end : {"", "/{tenant}"})
        add_both(routes, Route("GET", "runbooks/{id}/runbookRuns/preview/{environment}" + end, view, On::document,
                               Cost::work, "Preview a run of the current runbook",
                               [](Call& call) { return answer_preview(call, as_it_is(call)); })
                             .gives(preview_type));
    add_both(routes, Route("POST", "runbooks/{id}/runbookRuns/previews", view, On::document, Cost::work,
                           "Preview several runs of the current runbook",
                           [](Call& call) { return answer_previews(call, as_it_is(call)); })
                         .takes(previews_asked())
                         .gives_array(preview_type));
    add_both(routes, Route("GET", "runbooks/{id}/runbookSnapshots", view, On::document, Cost::work,
                           "List snapshots of a runbook, newest first", snapshots)
                         .gives_list(snapshot_type));
    add_both(routes, Route("GET", "runbooks/{id}/runbookSnapshots/{name}", view, On::document, Cost::read,
                           "Read a snapshot of a runbook by id or name", snapshot)
                         .about(noun())
                         .gives(snapshot_type));
}

} // namespace

void add_runbook_routes(Routes& routes) {
    add_runbooks(routes);
    add_views(routes);
    add_progression_routes(routes);
}

} // namespace stepwell::api
