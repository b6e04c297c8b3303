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
        field("Name", &Team::name, required | unique | at_most(200) | like("Operators"),
              "Shown where rights are granted.");
        field("Slug", &Team::slug, some_slug | unique | kept, "The name in addresses.");
        field("Description", &Team::description, plain, "Markdown.");
        field("MemberUserIds", &Team::members, plain, "Its users.");
        field("ExternalSecurityGroups", &Team::external_groups, plain, "Groups of a directory that belong to it.");
        field("CanBeDeleted", &Team::can_be_deleted, computed, "False for those the server needs.");
        field("CanBeRenamed", &Team::can_be_renamed, computed, "False for those the server needs.");
        field("CanChangeMembers", &Team::can_change_members, computed, "False for the team of everyone.");
        field("CanChangeRoles", &Team::can_change_roles, computed, "False for those the server needs.");
    }
};

} // namespace stepwell::domain
