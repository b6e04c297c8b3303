#include "api/identify.h"

#include "api/origin.h"
#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "store/accounts.h"
#include "store/documents.h"

namespace stepwell::api {

using base::Error;
using base::Kind;
using store::Session;

namespace {

constexpr char const* please_log_in =
    "You must be logged in to request this resource. Please log in or provide a valid API key.";

std::string cookie(net::Request const& request, std::string const& name) {
    for (auto part : base::split(request.headers["Cookie"], ';')) {
        part = base::trim(part);
        if (part.starts_with(name + "=")) return std::string(part.substr(name.size() + 1));
    }
    return {};
}

void become(Call& call, Session& session, std::string const& user_id, std::string established_with) {
    auto user = store::find<domain::User>(session, user_id);
    if (!user || !user->is_active) throw Error(Kind::unauthenticated, please_log_in);
    auto& actor = call.caller.actor;
    actor.user_id = user->id;
    actor.username = user->username;
    actor.is_service = user->is_service;
    actor.established_with = std::move(established_with);
    call.caller.known = true;
    call.caller.rights = call.house.rights.rights_of(session, *user);
}

// If the clock was set back, expired credentials must not become valid again: rejects those that were issued later than
// now. Five minutes are tolerated for small corrections of the clock.
bool holds_now(Call const& call, base::Time created, base::Time expires) {
    auto now = call.store().clock().now();
    return created <= now + std::chrono::minutes(5) && now < expires;
}

bool by_api_key(Call& call, Session& session) {
    std::string key(call.request.headers["X-Octopus-ApiKey"]);
    if (key.empty()) key = call.query.text("apikey").value_or("");
    if (key.empty()) return false;
    auto found = store::find_api_key(session, key);
    if (!found || (found->expires && !holds_now(call, found->created, *found->expires)))
        throw Error(Kind::unauthenticated,
                    "The API key you provided was not valid. Please double-check your API key and try again.");
    become(call, session, found->user_id, "API Key " + found->hint);
    call.caller.key_expires = found->expires;
    return true;
}

bool only_reads(Call const& call) {
    auto const& method = call.request.method;
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

// A page of another site can make a browser send requests without an API key, for example to sign in to an account
// whose runs an attacker can read.
void check_site(Call const& call) {
    if (!only_reads(call) && !is_of_no_other_site(call.request))
        throw Error(Kind::forbidden, "Requests from pages of other sites are not allowed. If this page is the server's "
                                     "own, configure the reverse proxy to forward the Host header.");
}

// A change with a cookie also requires the header: another site can make a browser send the cookie, but not the header.
void check_csrf(Call const& call, store::SignIn const& sign_in) {
    if (only_reads(call)) return;
    auto header = base::decode_percent(call.request.headers["X-Octopus-Csrf-Token"], false);
    if (!header || !base::equal_in_constant_time(*header, sign_in.csrf))
        throw Error(Kind::unauthenticated, "A required anti-forgery token was not supplied or was invalid.");
}

bool by_cookie(Call& call, Session& session) {
    auto token = cookie(call.request, session_cookie(call.store()));
    if (token.empty()) return false;
    auto sign_in = store::find_sign_in(session, token);
    // an expired cookie is not an error
    if (!sign_in || !holds_now(call, sign_in->created, sign_in->expires)) return false;
    check_csrf(call, *sign_in);
    become(call, session, sign_in->user_id, "Session cookie");
    call.caller.session_token = token;
    return true;
}

} // namespace

std::string session_cookie(store::Store const& store) {
    return "OctopusIdentificationToken_" + store.installation_id();
}
std::string csrf_cookie(store::Store const& store) { return "Octopus-Csrf-Token_" + store.installation_id(); }

void identify(Call& call, Session& session) {
    call.caller.actor.user_agent = base::to_utf8(call.request.headers["User-Agent"].substr(0, 300));
    call.caller.actor.ip_address = call.request.peer;
    if (by_api_key(call, session)) return;
    auto authorization = call.request.headers["Authorization"];
    if (base::starts_ignoring_case(authorization, "bearer "))
        throw Error(Kind::unauthenticated, "The access token you provided was not valid.");
    check_site(call);
    by_cookie(call, session);
}

} // namespace stepwell::api
