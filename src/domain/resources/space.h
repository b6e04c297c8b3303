#pragma once
#include "domain/resources/retention_period.h"

namespace stepwell::domain {

struct Team;
struct User;

// A separate area of the server. All documents except users and server settings belong to one space.
struct Space : Document {
    std::string name, slug, description;
    bool is_default = false;
    bool is_private = false;
    bool task_queue_stopped = false;
    std::vector<Id<Team>> manager_teams;
    std::vector<Id<User>> manager_users;
    std::optional<Verbatim> icon;
    std::vector<Verbatim> extension_settings;
    std::vector<DefaultRetention> retentions;

    static constexpr std::string_view type_name = "Space", route = "spaces", prefix = "Spaces";
    static constexpr std::string_view query = "skip,take,ids,partialName,name";
    static constexpr Access access{Permission::space_view, Permission::space_create, Permission::space_edit,
                                   Permission::space_delete};
    static constexpr Link links[] = {
        {"SpaceHome", "/api/$Id"},
        {"Web", "/app#/$Id"},
        {"Logo", "/api/spaces/$Id/logo"},
        {"Search", "/api/spaces/$Id/search{?keyword}"},
    };

    static void describe(auto& field) {
        field("Name", &Space::name, required | unique | at_most(50) | like("Default"), "Name.");
        field("Slug", &Space::slug, some_slug | unique | kept, "Name in URLs.");
        field("Description", &Space::description, plain, "Description, in Markdown.");
        field("IsDefault", &Space::is_default, computed | indexed,
              "Whether it is the space of paths that name no space.");
        field("IsPrivate", &Space::is_private, plain, "Whether it is hidden from users without rights in it.");
        field("TaskQueueStopped", &Space::task_queue_stopped, plain,
              "Whether its tasks do not start. Required before it can be deleted.");
        field("SpaceManagersTeams", &Space::manager_teams, loose, "Teams that manage the space.");
        field("SpaceManagersTeamMembers", &Space::manager_users, loose, "Users that manage the space.");
        field("Icon", &Space::icon, plain, "Name and color of the icon.");
        field("ExtensionSettings", &Space::extension_settings, plain, "Settings of extensions; stored unchanged.");
        field("RetentionPolicies", &Space::retentions, computed,
              "Retention defaults of the space that differ from the built-in ones.");
    }
};

} // namespace stepwell::domain
