#pragma once
#include "domain/noun.h"
#include "domain/resources/missing.h"

namespace stepwell::domain {

struct Environment;

// A group of projects.
struct ProjectGroup : SpaceDocument {
    std::string name, slug, description;
    std::vector<Id<Environment>> environments;
    Id<GroupRetention> retention_policy;

    static constexpr std::string_view type_name = "ProjectGroup", route = "projectgroups", prefix = "ProjectGroups";
    static constexpr Access access{Permission::project_group_view, Permission::project_group_create,
                                   Permission::project_group_edit, Permission::project_group_delete};
    static constexpr Link links[] = {{"Projects", "/api/$SpaceId/projectgroups/$Id/projects"}};

    static void describe(auto& field) {
        field("Name", &ProjectGroup::name, required | unique | at_most(200) | like("Web"), "Name.");
        field("Slug", &ProjectGroup::slug, some_slug | unique | kept, "Name in URLs.");
        field("Description", &ProjectGroup::description, plain, "Description, in Markdown.");
        field("EnvironmentIds", &ProjectGroup::environments, plain, "Environments to show for the group.");
        field("RetentionPolicyId", &ProjectGroup::retention_policy, loose, "Must be null: not supported.");
    }
};

} // namespace stepwell::domain
