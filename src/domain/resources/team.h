#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

struct Space;
struct User;

// A group of users who are granted rights together. A team without a space belongs to all spaces.
struct Team : SpaceDocument {
    std::string name, slug, description;
    std::vector<Id<User>> members;
    std::vector<Verbatim> external_groups;
    bool can_be_deleted = true, can_be_renamed = true, can_change_members = true, can_change_roles = true;

    static constexpr std::string_view type_name = "Team", route = "teams", prefix = "Teams";
    static constexpr Verbs verbs{false, false, false};
    static constexpr std::string_view query = "skip,take,ids,partialName,spaces,includeSystem";
    static constexpr Access access{Permission::team_view, Permission::team_create, Permission::team_edit,
                                   Permission::team_delete};
    static constexpr Link links[] = {{"ScopedUserRoles", "/api/teams/$Id/scopeduserroles{?skip,take}"}};

    static void describe(auto& field) {
        field("Name", &Team::name, required | unique | at_most(200) | like("Operators"), "Name.");
        field("Slug", &Team::slug, some_slug | unique | kept, "Name in URLs.");
        field("Description", &Team::description, plain, "Description, in Markdown.");
        field("MemberUserIds", &Team::members, plain, "Members of the team.");
        field("ExternalSecurityGroups", &Team::external_groups, plain,
              "Directory groups whose members belong to the team.");
        field("CanBeDeleted", &Team::can_be_deleted, computed, "Whether the team can be deleted.");
        field("CanBeRenamed", &Team::can_be_renamed, computed, "Whether the team can be renamed.");
        field("CanChangeMembers", &Team::can_change_members, computed, "Whether the members can be changed.");
        field("CanChangeRoles", &Team::can_change_roles, computed, "Whether the roles can be changed.");
    }
};

} // namespace stepwell::domain
