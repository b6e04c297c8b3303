// A real server with a folder of its own, and requests to it as the administrator.
#pragma once
#include "apps/server.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sync.h"
#include "net/client.h"
#include "operations/rights_source.h"
#include "support/held_clock.h"

#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>

namespace stepwell::tests {

// Rights by teams, except for users with rights set here.
class GivenRights final : public operations::RightsSource {
public:
    void give(std::string const& user_id, domain::Rights rights) {
        given_.with([&](auto& given) { given.insert_or_assign(user_id, std::move(rights)); });
    }
    domain::Rights rights_of(store::Session& session, domain::User const& user) const override {
        auto const rights = given_.with([&](auto const& given) {
            auto found = given.find(user.id);
            return found == given.end() ? std::nullopt : std::optional(found->second);
        });
        return rights ? *rights : by_teams_.rights_of(session, user);
    }

private:
    operations::RightsByTeams by_teams_;
    base::Sync<std::map<std::string, domain::Rights>> given_;
};

class TestServer {
public:
    static constexpr char const* api_key = "API-TESTTESTTESTTESTTESTTEST";

    TestServer() {
        base::log_from(base::Level::error);
        char name[] = "/tmp/stepwell-test-XXXXXX";
        folder_ = ::mkdtemp(name);
        start();
    }
    ~TestServer() {
        server_.reset();
        std::filesystem::remove_all(folder_);
    }

    // Shuts the server down and starts it again with the same folder and port.
    void restart(std::function<void()> const& between = [] {}) {
        server_.reset();
        between();
        start();
    }

    // Stop or move the server's clock. A move starts everything that is due by then.
    void hold_clock() { clock_.hold(); }
    void advance_clock(base::Duration by) {
        clock_.advance(by);
        server_->wake_timers();
    }
    base::Time now() const { return clock_.now(); }
    // Sets the rights of a user, whatever their teams.
    void give_rights(std::string const& user_id, domain::Rights rights) { rights_.give(user_id, std::move(rights)); }

    net::Response send(std::string const& method, std::string const& path, std::string body = {},
                       net::Headers headers = as_admin()) {
        return client_->send(method, path, headers, std::move(body));
    }
    net::Response get(std::string const& path) { return send("GET", path); }
    net::Response post(std::string const& path, std::string body = {}) { return send("POST", path, std::move(body)); }
    net::Response put(std::string const& path, std::string body) { return send("PUT", path, std::move(body)); }
    net::Response del(std::string const& path) { return send("DELETE", path); }

    // Returns the JSON of a GET, POST or PUT that must succeed.
    base::Json json(std::string const& path) { return parsed(get(path), path); }
    base::Json created(std::string const& path, std::string body) { return parsed(post(path, std::move(body)), path); }
    base::Json changed(std::string const& path, std::string body) { return parsed(put(path, std::move(body)), path); }

    static net::Headers as_admin() {
        net::Headers headers;
        headers.add("X-Octopus-ApiKey", api_key);
        return headers;
    }
    std::uint16_t port() const { return server_->port(); }
    std::string address() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
    std::string const& folder() const { return folder_; }

private:
    void start() {
        apps::ServerOptions options;
        options.data = folder_ + "/data";
        options.listen = "127.0.0.1:" + std::to_string(port_);
        options.run_as.same_user = true;
        options.admin_password = "correct horse battery";
        options.admin_api_key = api_key;
        options.clock = &clock_;
        options.rights = &rights_;
        server_ = std::make_unique<apps::Server>(options);
        port_ = server_->port();
        client_ = std::make_unique<net::Client>(address());
    }
    static base::Json parsed(net::Response const& response, std::string const& path) {
        EXPECT_TRUE(response.status == 200 || response.status == 201)
            << path << ": " << response.status << " " << response.body;
        return base::parse_json(response.body);
    }

    std::string folder_;
    std::uint16_t port_ = 0; // any free port at the first start
    HeldClock clock_;
    GivenRights rights_;
    std::unique_ptr<apps::Server> server_;
    std::unique_ptr<net::Client> client_;
};

// Returns the text of a member. Fails the test if it is not a text.
inline std::string text_of(base::Json const& json, std::string_view member) {
    auto value = base::find_member(json, member);
    EXPECT_TRUE(value && value->is_string()) << member << " in " << base::to_text(json);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

} // namespace stepwell::tests
