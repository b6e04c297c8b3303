#include "api/crud.h"
#include "api/route_files.h"
#include "base/error.h"
#include "domain/nouns.h"
#include "operations/create_space.h"
#include "operations/task_queue.h"

namespace stepwell::api {

using domain::Space;

namespace {

// The team that manages a space is always among its managers, whatever a client sends.
void keep_managers_team(store::Session& session, domain::Document& next, domain::Document const* before) {
    auto& space = static_cast<Space&>(next);
    base::Id<domain::Team> team{"teams-spacemanagers-" + space.id};
    if (std::ranges::find(space.manager_teams, team) == space.manager_teams.end()) space.manager_teams.push_back(team);
    operations::check_managers(session, space, static_cast<Space const*>(before));
}

// Addresses that name no space mean the default one; and by it a start knows that the first one is over.
void refuse_while_needed(store::Session&, store::Stored const& stored) {
    auto space = store::parse<Space>(stored);
    if (space.is_default) base::reject("", "The default space cannot be deleted.");
    if (!space.task_queue_stopped)
        base::reject("TaskQueueStopped", "The task queue of the space must be stopped before it can be deleted.");
}

net::Response create(Call& call) {
    auto space = schema::read_as<Space>(call.body());
    auto stored = operations::create_space(call.store(), call.caller, space);
    return answer_stored(call, 201, domain::noun_of<Space>(), {}, stored);
}

} // namespace

void add_space_routes(Routes& routes) {
    auto const& noun = domain::noun_of<Space>();
    Crud crud;
    crud.modify.settle = keep_managers_team;
    crud.modified = [](Call const& call, store::Stored const& stored) {
        operations::follow_space(call.house.engine, stored);
    };
    crud.allow_delete = refuse_while_needed;
    routes.add(Route("POST", "spaces", noun.access.create, On::created, Cost::work,
                     "Create a space with all it is born with", create)
                   .takes(*noun.type)
                   .gives(*noun.type));
    routes.add(Route("GET", "spaces/{id}/logo", noun.access.view, On::document, Cost::read, "Logo of a space",
                     [](Call& call) -> net::Response { store::throw_not_found(call.id() + "/logo"); }));
    routes.add(Route("GET", "spaces/{id}/search", noun.access.view, On::document, Cost::read, "Search a space",
                     [](Call&) { return answer_json(200, "[]"); }));
    add_crud(routes, noun, crud);
}

} // namespace stepwell::api
