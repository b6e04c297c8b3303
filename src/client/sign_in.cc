#include "client/sign_in.h"

#include "client/client.h"

#include <boost/json.hpp>

namespace stepwell::client {

namespace {

// Returns the cookies of a response as request headers, and the header that repeats the CSRF cookie.
net::Headers session_of(net::Response const& answer) {
    std::string cookies, csrf;
    for (auto const& [name, value] : answer.headers) {
        if (!base::equal_ignoring_case(name, "Set-Cookie")) continue;
        auto const cookie = value.substr(0, value.find(';'));
        cookies += (cookies.empty() ? "" : "; ") + cookie;
        if (base::starts_ignoring_case(cookie, "Octopus-Csrf-Token_")) csrf = cookie.substr(cookie.find('=') + 1);
    }
    net::Headers headers;
    headers.add("Cookie", cookies);
    headers.add("X-Octopus-Csrf-Token", csrf);
    headers.add("Content-Type", "application/json");
    return headers;
}

net::Response post(net::Client& http, std::string const& path, net::Headers const& headers, Json const& body) {
    auto response = http.send("POST", path, headers, base::to_text(body));
    throw_if_refused(response);
    return response;
}

} // namespace

IssuedKey issue_key(std::string const& server, std::string const& username, std::string const& password,
                    std::string const& purpose) {
    net::Client http(server);
    net::Headers json;
    json.add("Content-Type", "application/json");
    auto const session =
        session_of(post(http, "/api/users/login", json, {{"Username", username}, {"Password", password}}));
    auto const key = base::parse_json(post(http, "/api/users/me/apikeys", session, {{"Purpose", purpose}}).body);
    post(http, "/api/users/logout", session, Json(boost::json::object()));
    return {text_in(key, "Id"), text_in(key, "ApiKey")};
}

} // namespace stepwell::client
