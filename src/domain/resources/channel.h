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
        field("Name", &Channel::name, required | unique | at_most(200) | like("Default"), "What it is called.");
        field("Slug", &Channel::slug, some_slug | unique | kept, "The name in addresses.");
        field("Description", &Channel::description, plain, "Markdown.");
        field("ProjectId", &Channel::project, required | kept | owner, "The project it belongs to.");
        field("LifecycleId", &Channel::lifecycle, plain, "None: that of the project.");
        field("IsDefault", &Channel::is_default, indexed, "Chosen when none is named.");
        field("Rules", &Channel::rules, plain, "Versions it takes.");
        field("TenantTags", &Channel::tenant_tags, plain, "Tenants it is for.");
        field("GitReferenceRules", &Channel::git_reference_rules, plain, "Branches it takes.");
        field("GitResourceRules", &Channel::git_resource_rules, plain, "Branches of resources it takes.");
        field("Type", &Channel::type, plain, "Lifecycle, or of environments made for a branch.");
    }
};

} // namespace stepwell::domain
