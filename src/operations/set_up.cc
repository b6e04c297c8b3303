#include "operations/set_up.h"

#include "base/error.h"
#include "base/text.h"
#include "operations/create_space.h"
#include "operations/users.h"

namespace stepwell::operations {

using namespace domain;

namespace {

void add_team(Store& store, std::string id, std::string name, std::vector<Id<User>> members) {
    Team team;
    team.id = std::move(id);
    team.name = std::move(name);
    team.members = std::move(members);
    team.can_be_deleted = team.can_be_renamed = team.can_change_roles = false;
    team.can_change_members = team.id != "teams-everyone";
    insert(store, system_actor(), team);
}

bool is_key(std::string_view key) {
    auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return key.starts_with("API-") && key.size() > 4 && std::ranges::all_of(key.substr(4), fits);
}

} // namespace

SetUp set_up(Store& store, FirstAdministrator const& administrator) {
    SetUp result;
    bool there = store.read([](store::Session& session) { return store::find<Space>(session, "Spaces-1").has_value(); });
    if (there) return result;
    if (!administrator.api_key.empty() && !is_key(administrator.api_key))
        base::reject("STEPWELL_ADMIN_API_KEY", "should be API- and upper-case letters or digits");
    auto password = administrator.password;
    if (password.empty()) password = result.one_time_password = base::random_letters(20);
    User admin;
    admin.username = admin.display_name = administrator.username.empty() ? "admin" : administrator.username;
    auto user = create_user(store, system_actor(), admin, password);
    if (!administrator.api_key.empty()) issue_api_key(store, system_actor(), user.id, "First administrator", {}, administrator.api_key);
    add_team(store, "teams-everyone", "Everyone", {});
    add_team(store, "teams-administrators", "Octopus Administrators", {{user.id}});
    add_team(store, "teams-managers", "Octopus Managers", {});
    Space space;
    space.name = "Default";
    space.is_default = true;
    space.manager_teams.push_back({"teams-administrators"});
    // Last, because it says that everything before it is there.
    create_space(store, system_actor(), space); // on an empty store: Spaces-1
    result.done_now = true;
    return result;
}

} // namespace stepwell::operations
