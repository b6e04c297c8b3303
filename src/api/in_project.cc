#include "api/in_project.h"

#include <boost/json.hpp>

namespace stepwell::api {

std::string project_in_path(Call const& call) {
    return load_stored(call, domain::noun_of<domain::Project>(), call.part("project")).id;
}

store::Stored load_here(Call const& call, domain::Noun const& noun, std::string_view id) {
    if (!call.path.contains("project")) return load_stored(call, noun, id);
    auto stored = call.store().read([&](store::Session& session) {
        return store::find_document(session, noun, id, call.space_id, filter_here(call));
    });
    if (!stored) store::throw_not_found(id);
    return std::move(*stored);
}

base::Json body_here(Call& call) {
    auto body = call.body();
    if (!call.path.contains("project") || !body.is_object()) return body;
    base::erase_member(body, "ProjectId");
    body.as_object()["ProjectId"] = project_in_path(call);
    return body;
}

std::string path_here(Call const& call, domain::Noun const& noun) {
    if (!call.path.contains("project")) return collection_path(call, noun);
    return "/api/" + call.space_id + "/projects/" + project_in_path(call) + "/" + std::string(noun.route);
}

std::vector<store::Filter> filter_here(Call const& call) {
    if (!call.path.contains("project")) return {};
    return {{"ProjectId", {project_in_path(call)}}};
}

void add_both(Routes& routes, Route route) {
    auto below = route;
    below.path = "projects/{project}/" + route.path;
    if (below.on == On::anything) below.on = On::part;
    routes.add(std::move(route));
    routes.add(std::move(below));
}

} // namespace stepwell::api
