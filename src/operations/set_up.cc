#include "operations/set_up.h"

#include "base/error.h"
#include "base/text.h"
#include "operations/create_space.h"
#include "operations/users.h"

namespace stepwell::operations {

using namespace domain;

namespace {

constexpr char const* first_space_id = "Spaces-1";

Team team_of(std::string id, std::string name, std::vector<Id<User>> members) {
    Team team;
    team.id = std::move(id);
    team.slug = base::slug_of(name);
    team.name = std::move(name);
    team.members = std::move(members);
    team.can_be_deleted = team.can_be_renamed = team.can_change_roles = false;
    team.can_change_members = team.id != "teams-everyone";
    return team;
}

bool is_key(std::string_view key) {
    auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return key.starts_with("API-") && key.size() > 4 && std::ranges::all_of(key.substr(4), fits);
}

Change first_documents(ChangeContext const& context, User admin, std::string const& hash, std::string const& api_key) {
    Change change, contents;
    add_user(context, admin, hash, change);
    for (auto team : {team_of("teams-everyone", "Everyone", {}),
                      team_of("teams-administrators", "Octopus Administrators", {{admin.id}}),
                      team_of("teams-managers", "Octopus Managers", {})})
        change.insert(store::draft_of(context.store, context.caller.actor, team));
    if (!api_key.empty())
        add_api_key(context, make_api_key(context.store, admin.id, "First administrator", {}, api_key), change);
    // No other space gets this number. An interrupted first start may have reserved it already.
    static_cast<void>(context.store.next_id(Space::prefix));
    Space space;
    space.id = first_space_id;
    space.name = "Default";
    space.is_default = true;
    space.manager_teams.push_back({"teams-administrators"});
    prepare_new_space(context, space, contents);
    add_new(context, domain::noun_of<Space>(), space, change);
    change.add(std::move(contents));
    return change;
}

} // namespace

SetUp set_up(Store& store, FirstAdministrator const& administrator) {
    SetUp result;
    bool there =
        store.read([](store::Session& session) { return store::find<Space>(session, first_space_id).has_value(); });
    if (there) return result;
    if (!administrator.api_key.empty() && !is_key(administrator.api_key))
        base::reject("STEPWELL_ADMIN_API_KEY", "must be API- and upper-case letters or digits");
    auto password = administrator.password;
    if (password.empty()) password = result.one_time_password = base::random_letters(20);
    User admin;
    admin.username = admin.display_name = administrator.username.empty() ? "admin" : administrator.username;
    auto const hash = hash_password(admin, password);
    auto const caller = system_caller();
    // One transaction, so that an interrupted start can be repeated.
    commit(store, [&](store::Session& session) {
        return first_documents({store, session, caller}, admin, hash, administrator.api_key);
    });
    result.done_now = true;
    return result;
}

} // namespace stepwell::operations
