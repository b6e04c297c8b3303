#include "api/crud.h"
#include "api/route_files.h"
#include "domain/nouns.h"
#include "operations/create_space.h"
#include "operations/task_queue.h"

namespace stepwell::api {

using domain::Space;

namespace {

net::Response create(Call& call) {
    auto space = schema::read_as<Space>(call.body());
    auto stored = operations::create_space(call.store(), call.caller, space);
    return answer_stored(call, 201, domain::noun_of<Space>(), {}, stored);
}

} // namespace

void add_space_routes(Routes& routes) {
    auto const& noun = domain::noun_of<Space>();
    Crud crud;
    crud.modified = [](Call const& call, store::Stored const& stored) {
        operations::follow_space(call.house.engine, stored);
    };
    routes.add(Route("POST", "spaces", noun.access.create, On::created, Cost::work,
                     "Create a space with its default documents", create)
                   .takes(*noun.type)
                   .gives(*noun.type));
    routes.add(Route("GET", "spaces/{id}/logo", noun.access.view, On::document, Cost::read,
                     "Download the logo of a space",
                     [](Call& call) -> net::Response { store::throw_not_found(call.id() + "/logo"); }));
    routes.add(Route("GET", "spaces/{id}/search", noun.access.view, On::document, Cost::read, "Search a space",
                     [](Call&) { return answer_json(200, "[]"); }));
    add_crud(routes, noun, crud);
}

} // namespace stepwell::api
