#include "api/access.h"
#include "api/link_tables.h"
#include "api/permission_routes.h"
#include "api/render.h"
#include "api/route_files.h"

namespace stepwell::api {

using base::JsonWriter;

namespace {

net::Response root(Call& call) {
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("Application", "Octopus Deploy").member("Version", reported_version);
    to.member("ApiVersion", "3.0.0").member("InstallationId", call.store().installation_id());
    to.member("IsEarlyAccessProgram", false).member("HasLongTermSupport", false);
    to.key("Links").raw(links_of_root(call.space_id)).end_object();
    return answer_json(200, std::move(json));
}

// Has no version, by which clients distinguish it from the root document.
net::Response space_root(Call& call) { return answer_json(200, "{\"Links\":" + links_of_space(call.space_id) + "}"); }

// Features that clients use only if the server enables them. The list has all that clients request.
struct Toggle {
    std::string_view name;
    bool is_on;
};
constexpr Toggle toggles[] = {
    {"CommonVariableScopingFeatureToggle", false},
    {"indicate-missing-packages-for-release", false},
    {"partial-updates-on-variables", true}, // runbookSnapshots/{id}/snapshot-variables-by-name
};

net::Response feature_toggles(Call& call) {
    auto wanted = call.query.text("Name");
    std::string json;
    JsonWriter to(json);
    to.begin_object().key("FeatureToggles").begin_array();
    for (auto const& [name, is_on] : toggles)
        if (!wanted || base::equal_ignoring_case(*wanted, name))
            to.begin_object().member("Name", name).member("IsEnabled", is_on).end_object();
    to.end_array().end_object();
    return answer_json(200, std::move(json));
}

constexpr std::string_view front_page = R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Stepwell</title></head>
<body>
<h1>Stepwell</h1>
<p>A self-hosted server for self-service runbooks. It has no web pages yet. Use the command line or the
<a href="/api">API</a>, which <a href="/api/openapi.json">openapi.json</a> describes.</p>
<p>Stepwell is an independent program. It is not affiliated with Octopus Deploy.</p>
</body>
</html>
)";

net::Response page(Call&) {
    auto response = answer_text(200, std::string(front_page));
    response.content_type = "text/html; charset=utf-8";
    response.headers.add("Content-Security-Policy",
                         "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("Referrer-Policy", "no-referrer");
    return response;
}

void add_start_routes(Routes& routes) {
    routes.add(Route("GET", "", Permission::anyone, On::nothing, Cost::read,
                     "Read the version and the links of the server", root));
    routes.add(
        Route("GET", "~space", Permission::any_user, On::nothing, Cost::read, "Read the links of a space", space_root));
    routes.add(Route("GET", "capabilities", Permission::anyone, On::nothing, Cost::read, "List supported requests",
                     [](Call&) { return answer_json(200, R"({"Capabilities":["GetAllSpacesRequest"]})"); }));
    routes.add(Route("GET", "configuration/feature-toggles", Permission::any_user, On::nothing, Cost::read,
                     "List features that clients check", feature_toggles));
    routes.add(Route("GET", "~", Permission::anyone, On::nothing, Cost::read, "Show the front page", page));
    routes.add(Route("GET", "~/app", Permission::anyone, On::nothing, Cost::read, "Show the front page", page));
    routes.add(Route("GET", "~/healthz", Permission::anyone, On::nothing, Cost::read,
                     "Check whether the server is alive", [](Call&) { return answer_text(200, "ok\n"); }));
}

// The only provider is the server's list of users.
constexpr std::string_view providers =
    R"("AuthenticationProviders":[{"Name":"Username / Password","IdentityType":"UsernamePassword",)"
    R"("FormsLoginEnabled":true,"FormsUsernameIdentifier":"Username","CSSLinks":[],"JavascriptLinks":[],"Links":{}}],)"
    R"("AutoLoginEnabled":false,"AnyAuthenticationProvidersSupportPasswordManagement":true)";

net::Response authentication(Call&) {
    auto json = "{" + std::string(providers) + R"(,"Links":{"Self":"/api/authentication"}})";
    return answer_json(200, std::move(json));
}

net::Response user_authentication(Call& call) {
    std::string self = "/api/users/authentication";
    if (call.path.contains("userId")) {
        self += "/" + require_user(call, call.part("userId"), Permission::user_view);
    }
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("CanCurrentUserEditIdentitiesForUser",
                             call.caller.rights.allows(Permission::user_edit, {}));
    to.key("Links").begin_object().member("Self", self).end_object().end_object();
    return answer_json(200, with_members(json, providers));
}

void add_sign_in_routes(Routes& routes) {
    routes.add(Route("GET", "authentication", Permission::anyone, On::nothing, Cost::read, "List sign-in methods",
                     authentication));
    routes.add(Route("POST", "authentication/checklogininitiated", Permission::anyone, On::nothing, Cost::read,
                     "Read whether a sign-in with another provider has started", [](Call&) {
                         return answer_json(200, R"({"WasLoginInitiated":false,"ProviderName":null,"Links":{}})");
                     }));
    routes.add(Route("GET", "users/authentication", Permission::anyone, On::nothing, Cost::read, "List sign-in methods",
                     user_authentication));
    routes.add(Route("GET", "users/authentication/{userId}", Permission::any_user, On::nothing, Cost::read,
                     "List sign-in methods of a user", user_authentication));
    routes.add(Route("GET", "users/identity-metadata", Permission::any_user, On::nothing, Cost::read,
                     "List identity metadata of other providers", [](Call&) {
                         return answer_json(200, R"({"Providers":[],"Links":{"Self":"/api/users/identity-metadata"}})");
                     }));
    routes.add(Route("GET", "users/external-search", Permission::user_view, On::server, Cost::read,
                     "Search users of other providers", [](Call&) { return answer_json(200, "[]"); }));
    routes.add(Route("GET", "externalsecuritygroupproviders", Permission::any_user, On::nothing, Cost::read,
                     "List providers of groups", [](Call&) { return answer_json(200, "[]"); }));
}

} // namespace

void add_root_routes(Routes& routes) {
    add_start_routes(routes);
    add_sign_in_routes(routes);
    add_permission_routes(routes);
}

} // namespace stepwell::api
