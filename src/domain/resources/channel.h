#pragma once
#include "domain/resources/lifecycle.h"

namespace stepwell::domain {

struct Project;

enum class ChannelType { lifecycle, ephemeral_environment };
constexpr std::array<std::string_view, 2> channel_types{"Lifecycle", "EphemeralEnvironment"};
constexpr auto const& names_of(ChannelType) { return channel_types; }
constexpr bool was_free_text(ChannelType) { return true; }

// A line of releases. Every project has the channel Default, so that variables can be scoped to it.
struct Channel : SpaceDocument {
    std::string name, slug, description;
    ChannelType type = ChannelType::lifecycle;
    Id<Project> project;
    Id<Lifecycle> lifecycle;
    bool is_default = false;
    std::vector<Verbatim> rules, git_reference_rules, git_resource_rules;
    std::vector<std::string> tenant_tags;
    std::vector<Verbatim> custom_fields;
    std::optional<std::string> ephemeral_name_template;
    Id<Environment> parent_environment;
    std::optional<bool> deploys_to_ephemeral;

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
        field("Rules", &Channel::rules, without_effect, "Version rules.");
        field("TenantTags", &Channel::tenant_tags, without_effect, "Tags of the tenants for which it is available.");
        field("GitReferenceRules", &Channel::git_reference_rules, without_effect,
              "Branches and tags that releases may use.");
        field("GitResourceRules", &Channel::git_resource_rules, without_effect,
              "Branches and tags that git resources may use.");
        field("Type", &Channel::type, without_effect, "Lifecycle or EphemeralEnvironment.");
        field("CustomFieldDefinitions", &Channel::custom_fields, without_effect, "Additional fields of releases.");
        field("EphemeralEnvironmentNameTemplate", &Channel::ephemeral_name_template, without_effect,
              "Template of the names of ephemeral environments.");
        field("ParentEnvironmentId", &Channel::parent_environment, loose | without_effect,
              "Parent of ephemeral environments.");
        field("AutomaticEphemeralEnvironmentDeployments", &Channel::deploys_to_ephemeral, without_effect,
              "Whether releases are deployed to ephemeral environments automatically.");
    }
};

} // namespace stepwell::domain
