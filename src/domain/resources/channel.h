#pragma once
#include "domain/resources/lifecycle.h"

namespace stepwell::domain {

struct Project;

// A line of releases. Every project has the channel Default, so that variables can be scoped to it.
struct Channel : SpaceDocument {
    std::string name, slug, description, type = "Lifecycle";
    Id<Project> project;
    Id<Lifecycle> lifecycle;
    bool is_default = false;
    std::vector<Verbatim> rules, git_reference_rules, git_resource_rules;
    std::vector<std::string> tenant_tags;

    static constexpr std::string_view type_name = "Channel", route = "channels", prefix = "Channels";
    static constexpr Access access{Permission::process_view, Permission::process_edit, Permission::process_edit,
                                   Permission::process_edit};
    static constexpr Link links[] = {{"Project", "/api/$SpaceId/projects/$ProjectId"}};

    static void describe(auto& field) {
        field("Name", &Channel::name, required | unique | at_most(200) | like("Default"), "Name.");
        field("Slug", &Channel::slug, some_slug | unique | kept, "Name in URLs.");
        field("Description", &Channel::description, plain, "Description, in Markdown.");
        field("ProjectId", &Channel::project, required | kept | owner, "Project of the channel.");
        field("LifecycleId", &Channel::lifecycle, plain, "Lifecycle; null: that of the project.");
        field("IsDefault", &Channel::is_default, indexed, "Whether it is the default channel of the project.");
        field("Rules", &Channel::rules, plain, "Version rules.");
        field("TenantTags", &Channel::tenant_tags, plain, "Tags of the tenants for which it is available.");
        field("GitReferenceRules", &Channel::git_reference_rules, plain, "Branches and tags that releases may use.");
        field("GitResourceRules", &Channel::git_resource_rules, plain, "Branches and tags that git resources may use.");
        field("Type", &Channel::type, plain, "Type of channel, such as Lifecycle.");
    }
};

} // namespace stepwell::domain
