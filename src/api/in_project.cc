#include "api/in_project.h"

#include <boost/json.hpp>

namespace stepwell::api {

std::string project_in_path(Call const& call) { return load_stored(call, domain::noun_of<domain::Project>(), call.part("project")).id; }

store::Stored load_here(Call const& call, domain::Noun const& noun, std::string_view id) {
    auto stored = load_stored(call, noun, id);
    if (!call.path.contains("project")) return stored;
    auto at = std::ranges::find(noun.link_members, "ProjectId") - noun.link_members.begin();
    if (!base::equal_ignoring_case(stored.link_values[std::size_t(at)], project_in_path(call))) store::throw_not_found(id);
    return stored;
}

base::Json body_here(Call& call) {
    auto body = call.body();
    if (!call.path.contains("project") || !body.is_object()) return body;
    auto& object = body.as_object();
    for (auto const& member : object)
        if (base::equal_ignoring_case(member.key(), "ProjectId")) {
            object.erase(member.key());
            break;
        }
    object["ProjectId"] = project_in_path(call);
    return body;
}

std::string path_here(Call const& call, domain::Noun const& noun) {
    if (!call.path.contains("project")) return collection_path(call, noun);
    return "/api/" + call.space_id + "/projects/" + project_in_path(call) + "/" + std::string(noun.route);
}

std::vector<store::Filter> filter_here(Call const& call) {
    if (!call.path.contains("project")) return {};
    return {{"project_id", {project_in_path(call)}}};
}

void add_both(Routes& routes, Route route) {
    auto below = route;
    below.path = "projects/{project}/" + route.path;
    routes.add(std::move(route));
    routes.add(std::move(below));
}

} // namespace stepwell::api
