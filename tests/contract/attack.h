// A server that all attacks of a kind share, and its clients: browsers, anonymous clients, users without any right.
#pragma once
#include "support/test_server.h"

#include "base/text.h"

namespace stepwell::contract {

using tests::TestServer;
using tests::text_of;

inline net::Headers with(std::string const& name, std::string const& value) {
    net::Headers headers;
    headers.add(name, value);
    return headers;
}

struct Attack : testing::Test {
    inline static std::unique_ptr<TestServer> shared;
    static void SetUpTestSuite() { shared = std::make_unique<TestServer>(); }
    static void TearDownTestSuite() { shared.reset(); }
    TestServer& server = *shared;

    static net::Response sign_in(TestServer& server, std::string const& name, std::string const& password,
                                 net::Headers const& headers = {}) {
        std::string body = "{\"Username\":";
        base::append_quoted(body, name);
        base::append_quoted(body += ",\"Password\":", password);
        return server.send("POST", "/api/users/login", body + "}", headers);
    }
    struct Browser {
        std::string session, token; // "name=value" of the session cookie; value of the CSRF cookie
        net::Headers headers(bool with_token = true) const {
            auto made = with("Cookie", session);
            if (with_token) made.add("X-Octopus-Csrf-Token", token);
            return made;
        }
    };
    static Browser browser_of(net::Response const& response) {
        Browser browser;
        EXPECT_EQ(response.status, 200) << response.body;
        for (auto const& [name, value] : response.headers) {
            if (!base::equal_ignoring_case(name, "Set-Cookie")) continue;
            auto pair = value.substr(0, value.find(';'));
            if (pair.starts_with("Octopus-Csrf"))
                browser.token = pair.substr(pair.find('=') + 1);
            else
                browser.session = pair;
        }
        return browser;
    }
    static Browser as_admin(TestServer& server) {
        return browser_of(sign_in(server, "admin", "correct horse battery"));
    }

    // A user without any right, and the user's key.
    static std::pair<std::string, net::Headers> add_user(TestServer& server, std::string const& name) {
        auto user = server.created("/api/users",
                                   R"({"Username":")" + name + R"(","DisplayName":"x","Password":"long enough"})");
        auto id = text_of(user, "Id");
        return {id, with("X-Octopus-ApiKey", text_of(server.created("/api/users/" + id + "/apikeys", "{}"), "ApiKey"))};
    }
    static std::string error_of(net::Response const& response) {
        if (!response.body.starts_with("{")) return {};
        auto body = base::parse_json(response.body);
        auto message = base::find_member(body, "ErrorMessage");
        return message ? std::string(message->as_string()) : std::string();
    }
    std::int64_t number_of_environments() {
        return server.json("/api/environments?take=1").at("TotalResults").as_int64();
    }
};

} // namespace stepwell::contract
