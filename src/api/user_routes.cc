#include "api/access.h"
#include "api/crud.h"
#include "api/errors.h"
#include "api/identify.h"
#include "api/long_list.h"
#include "api/route_files.h"
#include "api/sign_in_limit.h"
#include "base/error.h"
#include "domain/nouns.h"
#include "operations/users.h"
#include "operations/visibility.h"

namespace stepwell::api {

using base::Error;
using base::JsonWriter;
using base::Kind;
using domain::User;
using store::ApiKey;
using store::Session;

namespace {

domain::Noun const& users() { return domain::noun_of<User>(); }

std::string render_user(Call const& call, Session&, store::Stored const& stored) {
    bool caller = base::equal_ignoring_case(stored.id, call.caller.actor.user_id);
    bool service = stored.json.find("\"IsService\":true") != std::string::npos;
    return with_links(users(), stored,
                      std::string("\"IsRequestor\":") + (caller ? "true" : "false") +
                          ",\"CanPasswordBeEdited\":" + (service ? "false" : "true"));
}

Crud const& user_crud() {
    static Crud const crud = [] {
        Crud made;
        made.render = render_user;
        return made;
    }();
    return crud;
}

// Returns the id of the user in the path; "me" is the caller. Rows that use it check the permission.
std::string user_id(Call const& call) {
    if (base::equal_ignoring_case(call.id(), "me")) return call.caller.actor.user_id;
    return load_stored(call, users(), call.id()).id;
}
std::string own_or_permitted(Call const& call, Permission permission) {
    return require_user(call, call.id(), permission);
}

net::Response list_users(Call& call) {
    auto query = list_query(call, users());
    if (auto filter = call.query.text("filter")) query.partial_name = filter;
    query.searched = {"Username", "DisplayName", "EmailAddress"};
    return answer_documents(call, users(), query, {"User", "/api/users", std::string(users().query)}, render_user);
}

net::Response create_user(Call& call) {
    auto user = schema::read_as<operations::UserToSave>(call.body());
    auto stored = operations::create_user(call.store(), call.caller, user);
    return answer_stored(call, 201, users(), user_crud(), stored);
}

net::Response modify_user(Call& call) {
    auto id = user_id(call);
    auto stored = operations::modify_user(call.store(), call.caller, id, call.body(), call.if_match());
    return answer_stored(call, 200, users(), user_crud(), stored);
}

void add_times(JsonWriter& to, ApiKey const& key) {
    to.member("Created", base::to_text(key.created)).key("Expires");
    if (key.expires)
        to.text(base::to_text(*key.expires));
    else
        to.null();
}

// `plain` is shown only once, as a text. Later answers only show that a key exists.
std::string render_key(ApiKey const& key, std::string const& plain = {}) {
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("Id", key.id).member("UserId", key.user_id).member("Purpose", key.purpose);
    add_times(to, key);
    to.key("ApiKey");
    if (plain.empty())
        to.begin_object().member("HasValue", true).key("NewValue").null().member("Hint", key.hint).end_object();
    else
        to.text(plain);
    auto self = "/api/users/" + key.user_id + "/apikeys/" + key.id;
    to.key("Links").begin_object().member("Self", self).end_object().end_object();
    return json;
}

net::Response list_keys(Call& call) {
    auto id = own_or_permitted(call, Permission::user_view);
    auto keys = call.store().read([&](Session& session) { return store::list_api_keys(session, id); });
    std::vector<std::string> items;
    auto skip = std::size_t(call.query.skip()), take = std::size_t(call.query.take());
    for (std::size_t i = skip; i < keys.size() && i - skip < take; ++i) items.push_back(render_key(keys[i]));
    return answer_json(
        200, page_of(call, "ApiKey", "/api/users/" + id + "/apikeys", "skip,take", std::int64_t(keys.size()), items));
}

net::Response read_key(Call& call) {
    auto id = own_or_permitted(call, Permission::user_view);
    for (auto const& key : call.store().read([&](Session& session) { return store::list_api_keys(session, id); }))
        if (base::equal_ignoring_case(key.id, call.part("key"))) return answer_json(200, render_key(key));
    store::throw_not_found(call.part("key"));
}

struct KeyToCreate {
    std::string purpose;
    std::optional<base::Time> expires;

    static constexpr std::string_view type_name = "CreateApiKeyCommand";
    static void describe(auto& field) {
        field("Purpose", &KeyToCreate::purpose, schema::like("Nightly backup"), "Purpose of the key.");
        field("Expires", &KeyToCreate::expires, schema::plain, "Expiry time; empty: never.");
    }
};

net::Response create_key(Call& call) {
    auto id = own_or_permitted(call, Permission::user_edit);
    auto const [purpose, expires] = schema::read_as<KeyToCreate>(call.body());
    if (expires && *expires <= call.store().clock().now()) base::reject("Expires", "is in the past");
    // Otherwise a leaked key that is about to expire could be used to create one that does not.
    auto const& last = call.caller.key_expires;
    if (last && (!expires || *expires > *last))
        base::reject("Expires",
                     "must not be after " + base::to_text(*last) + ", the expiry time of the key of this request");
    auto issued = operations::issue_api_key(call.store(), call.caller, id, purpose, expires);
    return answer_json(201, render_key(issued.key, issued.plain));
}

// --- sign-in ---------------------------------------------------------------------------------------------------

std::string cookie(std::string const& name, std::string const& value, std::string const& attributes) {
    return name + "=" + value + "; Path=/; SameSite=Lax" + attributes;
}

struct SignInBody {
    schema::RawText username, password;
    bool remember = false;

    static constexpr std::string_view type_name = "LoginCommand";
    static void describe(auto& field) {
        field("Username", &SignInBody::username, schema::like("eva"), "Username.");
        field("Password", &SignInBody::password, schema::like("correct horse"), "Password.");
        field("RememberMe", &SignInBody::remember, schema::plain,
              "Whether the session lasts 14 days instead of 12 hours.");
    }
};

net::Response sign_in(Call& call, SignInLimit& limit) {
    auto const sent = schema::read_as<SignInBody>(call.body());
    auto const &username = sent.username.text, &password = sent.password.text;
    auto const& address = call.caller.actor.ip_address;
    if (auto const wait = limit.find_wait(username, address); wait > base::Duration(0))
        return answer_too_many(too_many_attempts, wait);
    SignInLimit::Attempt attempt(limit, username, address);
    auto signed_in = operations::sign_in(call.store(), call.caller.actor, username, password, sent.remember);
    if (!signed_in) {
        if (attempt.failed()) operations::record_failed_sign_in(call.store(), call.caller, username);
        throw Error(Kind::unauthenticated, "Invalid username or password.");
    }
    attempt.succeeded();
    call.caller.actor.user_id = signed_in->user.id;
    auto response = answer_stored(call, 200, users(), user_crud(), load_stored(call, users(), signed_in->user.id));
    auto lasts =
        std::chrono::duration_cast<std::chrono::seconds>(signed_in->expires - call.store().clock().now()).count();
    auto age = sent.remember ? "; Max-Age=" + std::to_string(lasts) : std::string();
    response.headers.add("Set-Cookie", cookie(session_cookie(call.store()), signed_in->token, age + "; HttpOnly"));
    response.headers.add("Set-Cookie", cookie(csrf_cookie(call.store()), signed_in->csrf, age));
    return response;
}

net::Response sign_out(Call& call) {
    if (!call.caller.session_token.empty()) operations::sign_out(call.store(), call.caller.session_token);
    auto response = answer_json(200, "{}");
    response.headers.add("Set-Cookie", cookie(session_cookie(call.store()), "", "; Max-Age=0; HttpOnly"));
    response.headers.add("Set-Cookie", cookie(csrf_cookie(call.store()), "", "; Max-Age=0"));
    return response;
}

// --- memberships of users ---------------------------------------------------------------------------------------

domain::Rights rights_of(Call const& call, Session& session, std::string const& id) {
    return call.house.rights.rights_of(session, store::load<User>(session, id));
}

// Lists only spaces that the caller may see.
net::Response user_spaces(Call& call) {
    auto const id = own_or_permitted(call, Permission::user_view);
    auto const& noun = domain::noun_of<domain::Space>();
    auto query = list_query(call, noun);
    query.skip = 0;
    query.take = store::everything;
    std::vector<std::string> items;
    call.store().read([&](Session& session) {
        auto const rights = rights_of(call, session, id);
        for (auto const& stored : store::list_documents(session, noun, query).items)
            if (operations::is_visible_space(rights, store::parse<domain::Space>(stored)))
                items.push_back(with_links(noun, stored));
    });
    return answer_json(200, list_of(items));
}

void write_teams(JsonWriter& to, Session& session, std::string const& id) {
    auto listed = store::list_documents(session, domain::noun_of<domain::Team>(), {{}, {}, {}, {}, 0, 100'000});
    to.begin_array();
    for (auto const& stored : listed.items) {
        auto team = store::parse<domain::Team>(stored);
        bool member = std::ranges::any_of(team.members,
                                          [&](auto const& each) { return base::equal_ignoring_case(each.value, id); });
        if (!member && team.id != "teams-everyone") continue;
        to.begin_object().member("Id", team.id).member("Name", team.name).key("SpaceId");
        if (team.space_id.empty())
            to.null();
        else
            to.text(team.space_id);
        to.member("IsDirectlyAssigned", member).key("ExternalSecurityGroups").raw("[]").end_object();
    }
    to.end_array();
}

net::Response user_teams(Call& call) {
    auto id = own_or_permitted(call, Permission::user_view);
    std::string json;
    JsonWriter to(json);
    call.store().read([&](Session& session) { write_teams(to, session, id); });
    return answer_json(200, json);
}

void write_restriction(JsonWriter& to, std::string_view name, std::vector<std::string> const& ids) {
    to.key(name).begin_array();
    for (auto const& id : ids) to.text(id);
    to.end_array();
}

// Writes the areas of the spaces in which a permission may be used.
void write_areas(JsonWriter& to, domain::Rights const& rights, Permission permission,
                 std::vector<store::Stored> const& spaces) {
    to.begin_array();
    for (auto const& space : spaces)
        for (auto const& area : rights.areas(permission, space.id)) {
            to.begin_object().member("SpaceId", space.id);
            write_restriction(to, "RestrictedToProjectIds", area.projects);
            write_restriction(to, "RestrictedToEnvironmentIds", area.environments);
            write_restriction(to, "RestrictedToTenantIds", area.tenants);
            write_restriction(to, "RestrictedToProjectGroupIds", area.project_groups);
            to.end_object();
        }
    to.end_array();
}

bool is_held_in(domain::Rights const& rights, Permission permission, std::vector<store::Stored> const& spaces) {
    return std::ranges::any_of(spaces, [&](auto const& space) { return !rights.areas(permission, space.id).empty(); });
}

net::Response user_permissions(Call& call) {
    auto id = own_or_permitted(call, Permission::user_view);
    std::string json;
    JsonWriter to(json);
    call.store().read([&](Session& session) {
        auto const rights = rights_of(call, session, id);
        auto const spaces =
            store::list_documents(session, domain::noun_of<domain::Space>(), {{}, {}, {}, {}, 0, store::everything});
        to.begin_object().member("Id", id).member("IsPermissionsComplete", true).member("IsTeamsComplete", true);
        to.key("SystemPermissions").begin_array();
        for (auto const& each : domain::all_permissions())
            if (each.level != domain::Level::space && rights.allows(*domain::find_permission(each.name), {}))
                to.text(each.name);
        to.end_array().key("SpacePermissions").begin_object();
        for (auto const& each : domain::all_permissions()) {
            auto const permission = *domain::find_permission(each.name);
            if (each.level == domain::Level::system || !is_held_in(rights, permission, spaces.items)) continue;
            to.key(each.name);
            write_areas(to, rights, permission, spaces.items);
        }
        to.end_object().key("Teams");
        write_teams(to, session, id);
        to.key("Links").begin_object().member("Self", "/api/users/" + id + "/permissions").end_object().end_object();
    });
    return answer_json(200, json);
}

void add_key_routes(Routes& routes) {
    routes.add(Route("GET", "users/{id}/apikeys", Permission::any_user, On::nothing, Cost::work,
                     "List API keys of a user", list_keys));
    routes.add(Route("GET", "users/{id}/apikeys/{key}", Permission::any_user, On::nothing, Cost::read,
                     "Read an API key without its secret", read_key));
    routes.add(Route("POST", "users/{id}/apikeys", Permission::any_user, On::nothing, Cost::work,
                     "Create an API key; the key is shown only once", create_key)
                   .takes(schema::type_of<KeyToCreate>()));
    routes.add(Route("DELETE", "users/{id}/apikeys/{key}", Permission::any_user, On::nothing, Cost::work,
                     "Revoke an API key", [](Call& call) {
                         operations::revoke_api_key(call.store(), call.caller,
                                                    own_or_permitted(call, Permission::user_edit), call.part("key"));
                         return answer_json(200, "{}");
                     }));
}

} // namespace

void add_user_routes(Routes& routes) {
    // These rows differ from the standard ones: "me" is an id, and the filter searches names and email addresses.
    routes.add(Route("GET", "users", Permission::user_view, On::server, Cost::work, "List users", list_users)
                   .gives_list(*users().type));
    routes.add(Route("GET", "users/all", Permission::user_view, On::server, Cost::work, "List all users as an array",
                     [](Call& call) { return answer_all(call, users(), user_crud()); })
                   .gives_list(*users().type));
    routes.add(
        Route("GET", "users/{id}", Permission::any_user, On::nothing, Cost::read, "Read a user; 'me' is the caller",
              [](Call& call) {
                  return answer_stored(call, 200, users(), user_crud(),
                                       load_stored(call, users(), own_or_permitted(call, Permission::user_view)));
              })
            .gives(*users().type));
    routes.add(Route("POST", "users", Permission::user_edit, On::server, Cost::work, "Create a user", create_user)
                   .takes(schema::type_of<operations::UserToSave>())
                   .gives(*users().type));
    routes.add(
        Route("PUT", "users/{id}", Permission::user_edit, On::document, Cost::work, "Replace a user", modify_user)
            .takes(schema::type_of<operations::UserToSave>())
            .gives(*users().type));
    routes.add(
        Route("DELETE", "users/{id}", Permission::user_edit, On::document, Cost::work, "Delete a user", [](Call& call) {
            operations::remove(call.store(), call.caller, users(), "", user_id(call), call.if_match());
            return answer_json(200, "{}");
        }));
    add_key_routes(routes);
    routes.add(Route("POST", "users/login", Permission::anyone, On::nothing, Cost::work,
                     "Sign in with name and password",
                     [](Call& call) { return sign_in(call, call.house.sign_in_limit); })
                   .takes(schema::type_of<SignInBody>()));
    routes.add(Route("POST", "users/logout", Permission::anyone, On::nothing, Cost::work, "Sign out", sign_out));
    routes.add(Route("POST", "users/{id}/revoke-sessions", Permission::any_user, On::nothing, Cost::work,
                     "End all sessions of a user", [](Call& call) {
                         operations::revoke_sessions(call.store(), call.caller,
                                                     own_or_permitted(call, Permission::user_edit));
                         return answer_json(200, "{}");
                     }));
    routes.add(Route("GET", "users/{id}/spaces", Permission::any_user, On::nothing, Cost::work, "List spaces of a user",
                     user_spaces));
    routes.add(Route("GET", "users/{id}/teams", Permission::any_user, On::nothing, Cost::work, "List teams of a user",
                     user_teams));
    routes.add(Route("GET", "users/{id}/permissions", Permission::any_user, On::nothing, Cost::read,
                     "List permissions of a user", user_permissions));
    routes.add(Route("GET", "users/{id}/permissions/configuration", Permission::any_user, On::nothing, Cost::read,
                     "List permissions of a user as configured", user_permissions));
}

} // namespace stepwell::api
