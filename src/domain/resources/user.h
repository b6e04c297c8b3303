#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

struct IdentityClaim {
    std::string value;
    bool is_identifying = false;

    static constexpr std::string_view type_name = "IdentityClaim";
    static void describe(auto& field) {
        field("Value", &IdentityClaim::value, plain, "Value of the claim.");
        field("IsIdentifyingClaim", &IdentityClaim::is_identifying, plain, "Whether the claim identifies the user.");
    }
};

struct Identity {
    std::string provider;
    Bag<IdentityClaim> claims;

    static constexpr std::string_view type_name = "Identity";
    static void describe(auto& field) {
        field("IdentityProviderName", &Identity::provider, plain, "Identity provider of the claims.");
        field("Claims", &Identity::claims, plain, "Claims by name.");
    }
};

// A person, or a program that acts in its own name. Password hashes are stored separately.
struct User : Document {
    std::string username, display_name;
    std::optional<std::string> email;
    bool is_active = true;
    bool is_service = false;
    std::vector<Identity> identities;
    std::optional<Time> created;

    static constexpr std::string_view type_name = "User", route = "users", prefix = "Users";
    static constexpr std::string_view table = "user_account"; // `user` is a reserved word in SQL
    static constexpr std::string_view query = "skip,take,ids,filter";
    static constexpr Access access{Permission::user_view, Permission::user_edit, Permission::user_edit,
                                   Permission::user_edit};
    static constexpr Link links[] = {
        {"ApiKeys", "/api/users/$Id/apikeys{/id}{?skip,take}"},
        {"Permissions", "/api/users/$Id/permissions{?spaces,includeSystem}"},
        {"PermissionsConfiguration", "/api/users/$Id/permissions/configuration{?spaces,includeSystem}"},
        {"Spaces", "/api/users/$Id/spaces"},
        {"Teams", "/api/users/$Id/teams{?spaces,includeSystem}"},
        {"Avatar", "/api/users/$Id/avatar"},
        {"AccessToken", "/api/users/access-token"},
        {"RevokeSessions", "/api/users/$Id/revoke-sessions"},
    };

    static void describe(auto& field) {
        field("Username", &User::username, required | unique | at_most(200) | like("eva"), "Username to sign in with.");
        field("DisplayName", &User::display_name, required | indexed | at_most(200) | like("Eva Example"),
              "Name in lists and in the audit log.");
        field("EmailAddress", &User::email, indexed | like("eva@example.org"), "Email address for notifications.");
        field("IsActive", &User::is_active, plain, "Whether the user may sign in and use API keys.");
        field("IsService", &User::is_service, plain,
              "Whether it is a service account, which has API keys but no password.");
        field("Identities", &User::identities, plain, "Identities at other providers.");
        field("Created", &User::created, computed, "Time of creation.");
    }
};

} // namespace stepwell::domain
