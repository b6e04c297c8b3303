#include "api/permission_routes.h"

#include "api/access.h"
#include "api/render.h"
#include "base/error.h"

namespace stepwell::api {

using base::JsonWriter;
using domain::Level;
using domain::Team;

namespace {

void write_restrictions(JsonWriter& to, domain::PermissionFacts const& facts) {
    to.key("SupportedRestrictions").begin_array();
    if (facts.by_project) to.text("projects");
    if (facts.by_environment) to.text("environments");
    if (facts.by_tenant) to.text("tenants");
    if (facts.by_project_group) to.text("projectgroups");
    to.end_array();
}

net::Response all_permissions(Call&) {
    std::string json;
    JsonWriter to(json);
    to.begin_object();
    for (auto const& facts : domain::all_permissions()) {
        to.key(facts.name).begin_object();
        to.member("Description", domain::describe(*domain::find_permission(facts.name)));
        to.member("CanApplyAtSystemLevel", facts.level == Level::system || facts.level == Level::both);
        to.member("CanApplyAtSpaceLevel", facts.level == Level::space || facts.level == Level::both);
        write_restrictions(to, facts);
        to.end_object();
    }
    to.end_object();
    return answer_json(200, std::move(json));
}

// The teams that a request selects: those of the named spaces, and those outside all spaces.
struct TeamScope {
    bool every_space, with_system;
    std::vector<std::string> spaces;

    explicit TeamScope(Call const& call) : spaces(call.query.list("spaces")) {
        with_system = call.query.boolean("includeSystem").value_or(!call.space_given);
        if (spaces.empty() && call.space_given) spaces.push_back(call.space_id);
        every_space = spaces.empty() || base::equal_ignoring_case(spaces.front(), "all");
    }
    bool has(Team const& team) const {
        if (team.space_id.empty()) return with_system;
        auto same = [&](std::string const& id) { return base::equal_ignoring_case(id, team.space_id); };
        return every_space || std::ranges::any_of(spaces, same);
    }
};

void write_membership(JsonWriter& to, Team const& team, std::string const& user_id, bool direct) {
    to.begin_object().member("TeamId", team.id).member("TeamName", team.name).key("SpaceId");
    if (team.space_id.empty())
        to.null();
    else
        to.text(team.space_id);
    to.member("UserId", user_id).member("IsDirectlyAssigned", direct).key("ExternalSecurityGroups").raw("[]");
    to.end_object();
}

net::Response team_membership(Call& call) {
    auto asked = call.query.text("userId");
    if (!asked) base::reject("userId", "is required");
    auto const user_id = require_user(call, *asked, Permission::user_view);
    TeamScope scope(call);
    std::string json;
    call.store().read([&](store::Session& session) {
        auto user = store::load<domain::User>(session, user_id);
        store::ListQuery every;
        every.take = store::everything;
        narrow(call, domain::noun_of<Team>(), every);
        JsonWriter to(json);
        to.begin_array();
        for (auto const& stored : store::list_documents(session, domain::noun_of<Team>(), every).items) {
            auto team = store::parse<Team>(stored);
            auto same = [&](auto const& member) { return base::equal_ignoring_case(member.value, user.id); };
            bool direct = std::ranges::any_of(team.members, same);
            bool everyone = team.id == "teams-everyone";
            if (scope.has(team) && (direct || everyone)) write_membership(to, team, user.id, direct && !everyone);
        }
        to.end_array();
    });
    return answer_json(200, std::move(json));
}

} // namespace

void add_permission_routes(Routes& routes) {
    routes.add(Route("GET", "permissions/all", Permission::any_user, On::nothing, Cost::read, "List all permissions",
                     all_permissions));
    routes.add(Route("GET", "teammembership", Permission::team_view, On::any_space, Cost::work, "List teams of a user",
                     team_membership));
}

} // namespace stepwell::api
