#include "api/access.h"
#include "api/crud.h"
#include "api/route_files.h"
#include "domain/nouns.h"
#include "operations/library_sets.h"

namespace stepwell::api {

using domain::LibraryVariableSet;

namespace {

domain::Noun const& noun() { return domain::noun_of<LibraryVariableSet>(); }

net::Response create(Call& call) {
    auto stored = operations::create_library_set(call.store(), call.caller, call.space_id, call.body());
    return answer_stored(call, 201, noun(), {}, stored);
}

net::Response usages(Call& call) {
    auto stored = load_stored(call, noun(), call.id());
    auto usage = call.store().read_at_once([&](store::Session& session) {
        auto all = operations::usage_of_library_set(session, stored.id);
        std::erase_if(all.projects, [&](operations::LibrarySetProjectUsage const& each) {
            if (is_visible_project(call, session, each.id)) return false;
            ++all.unseen_projects;
            all.unseen_snapshots += std::int64_t(each.snapshots.size());
            return true;
        });
        return all;
    });
    return answer_json(200, schema::to_json(usage));
}

} // namespace

void add_library_routes(Routes& routes) {
    routes.add(Route("POST", noun().route, noun().access.create, On::created, Cost::work,
                     "Create a library variable set or a script module", create)
                   .takes(*noun().type)
                   .gives(*noun().type));
    routes.add(Route("GET", "libraryvariablesets/{id}/usages", noun().access.view, On::document, Cost::work,
                     "List projects and snapshots that use a library variable set", usages)
                   .gives(schema::type_of<operations::LibrarySetUsage>()));
}

} // namespace stepwell::api
