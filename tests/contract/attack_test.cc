// Attempts to get access, or more rights than granted. Each has a twin: the same request, allowed, succeeds.
#include "contract/attack.h"
#include "net/running.h"

#include "api/application.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "base/utf8.h"

#include <filesystem>
#include <sys/stat.h>

namespace stepwell::contract {

namespace {

using api::Route;
using domain::Permission;

std::vector<Route const*> all_routes() {
    static api::Routes const* const made = [] {
        auto filled = new api::Routes; // lives as long as the program
        api::add_all_routes(*filled);
        return filled;
    }();
    std::vector<Route const*> routes;
    for (auto const& route : made->all()) routes.push_back(route.get());
    return routes;
}

bool in_api(Route const& route) { return !route.path.starts_with("~/") && route.path != "~"; }

// Paths of a row, with ids of no existing document as parameters.
std::vector<std::string> addresses_of(Route const& route) {
    std::string path;
    for (auto segment : base::split(route.path, '/'))
        if (!segment.empty()) path += "/" + (segment.front() == '{' ? "Nothing-999" : std::string(segment));
    if (!in_api(route)) return {path == "/~" ? "/" : path.substr(2)};
    if (route.path == "~space") return {"/api/Spaces-1", "/api/spaces-1/"};
    std::vector<std::string> addresses{"/api" + path, "//API//" + path};
    if (!path.empty()) addresses.insert(addresses.end(), {"/api/Spaces-1" + path, "/api/spaces/default" + path});
    return addresses;
}

} // namespace

// --- A01: every row of the table ------------------------------------------------------------------------------

TEST_F(Attack, a01_without_credentials_reaches_nothing_that_is_not_for_anyone) {
    int refused = 0, open = 0;
    for (auto route : all_routes())
        for (auto const& address : addresses_of(*route)) {
            auto response = server.send(route->method, address, route->method == "GET" ? "" : "{}", {});
            auto where = route->method + " " + address + ": " + std::to_string(response.status);
            if (route->permission != Permission::anyone) {
                EXPECT_EQ(response.status, 401) << where;
                EXPECT_NE(error_of(response).find("You must be logged in"), std::string::npos) << where;
                ++refused;
            } else {
                EXPECT_EQ(error_of(response).find("You must be logged in"), std::string::npos) << where;
                EXPECT_LT(response.status, 500) << where;
                ++open;
            }
        }
    EXPECT_GT(refused, 500);
    EXPECT_LT(open, 80);
}

TEST_F(Attack, a01_with_a_wrong_key_reaches_nothing_at_all) {
    for (auto route : all_routes()) {
        auto address = addresses_of(*route).front();
        EXPECT_EQ(server.send(route->method, address, {}, with("X-Octopus-ApiKey", "API-WRONGWRONGWRONG")).status, 401)
            << route->method << " " << address;
        EXPECT_EQ(
            server.send(route->method, address, {}, with("Authorization", "Bearer " + std::string(TestServer::api_key)))
                .status,
            401)
            << address;
    }
}

TEST_F(Attack, a01_with_no_right_is_told_which_one_is_missing) {
    auto [id, key] = add_user(server, "norights");
    int forbidden = 0;
    for (auto route : all_routes())
        for (auto const& address : addresses_of(*route)) {
            if (route->path == "users/logout") continue;
            auto response = server.send(route->method, address, route->method == "GET" ? "" : "{}", key);
            auto where = route->method + " " + address + ": " + std::to_string(response.status) + " " +
                         error_of(response).substr(0, 100);
            if (route->permission == Permission::anyone || route->permission == Permission::any_user) {
                if (!address.ends_with("/login")) EXPECT_NE(response.status, 401) << where;
                continue;
            }
            EXPECT_EQ(response.status, 403) << where;
            EXPECT_TRUE(error_of(response).ends_with("Missing permission: " +
                                                     std::string(domain::facts_of(route->permission).name)))
                << where;
            ++forbidden;
        }
    EXPECT_GT(forbidden, 500);
}

TEST_F(Attack, a01_twin_an_administrator_may_read_every_row) {
    for (auto route : all_routes()) {
        if (route->method != "GET") continue;
        auto response = server.get(addresses_of(*route).front());
        EXPECT_TRUE(response.status != 401 && response.status != 403 && response.status < 500)
            << route->path << ": " << response.status << " " << response.body;
    }
}

TEST_F(Attack, a74_a_large_body_is_not_read_before_its_sender_is_known) {
    auto const large = R"({"Username":")" + std::string(100'000, 'x') + "\"}";
    EXPECT_EQ(server.send("POST", "/api/environments", large, {}).status, 401);
    EXPECT_EQ(server.send("POST", "/api/environments", large, with("X-Octopus-ApiKey", "API-WRONG")).status, 401);
    EXPECT_EQ(server.send("POST", "/api/users/login", large, {}).status, 413) << "whoever may send it";
    EXPECT_EQ(server.send("POST", "/api/nowhere", large, {}).status, 404);
    auto [id, key] = add_user(server, "norights74");
    EXPECT_EQ(server.send("POST", "/api/environments", large, key).status, 403);
    EXPECT_EQ(server.post("/api/environments", large).status, 400) << "twin: an administrator's is read";
}

// --- A02: paths and methods -----------------------------------------------------------------------------------

TEST_F(Attack, a02_no_trick_with_the_path_gets_around_the_door) {
    for (std::string path : {"/api/users",
                             "//api/users",
                             "/api//users/",
                             "/API/Users",
                             "/%61pi/users",
                             "/api/%75sers",
                             "/api/./users",
                             "/api/users/.",
                             "/api/x/../users",
                             "/api/..;/api/users",
                             "/api;x=y/users",
                             "/api/users;x=y",
                             "/api%2Fusers",
                             "/api/users%2F",
                             "/api/users%00",
                             "/api/users%00.png",
                             "/api/users.",
                             "/api/users.json",
                             "/api/users%20",
                             "/api/users/all/",
                             "/api/~/api/users",
                             "/~/api/users",
                             "/api/~space/users",
                             "/healthz/../api/users",
                             "/healthz/%2e%2e/api/users",
                             "/app/api/users",
                             "/api/spaces/x/users",
                             "/api/Spaces-1/Spaces-1/users",
                             "/api/spaces/Spaces-1/spaces/Spaces-1/users",
                             "/api/users?apikey=",
                             "/api/users?x=/healthz",
                             "/api/\\users",
                             "/api/users/%5c..",
                             "/\xC0\xAF"
                             "api/users",
                             "/api/users/me",
                             "*"}) {
        for (std::string version : {"HTTP/1.1", "HTTP/1.0"}) {
            net::RawClient client(server.port());
            auto answered = client.ask("GET " + path + " " + version + "\r\nHost: a\r\n\r\n");
            EXPECT_TRUE(answered.status == 401 || answered.status == 404 || answered.status == 400 ||
                        answered.status == 405)
                << path << ": " << answered.status;
            EXPECT_EQ(answered.body.find("Username\":\"admin"), std::string::npos) << path;
        }
    }
    net::RawClient absolute(server.port());
    EXPECT_NE(absolute.ask("GET http://a/api/users HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
    net::RawClient twin(server.port());
    EXPECT_EQ(twin.ask("GET //API//Users/ HTTP/1.1\r\nHost: a\r\nX-Octopus-ApiKey: " +
                       std::string(TestServer::api_key) + "\r\n\r\n")
                  .status,
              200);
}

TEST_F(Attack, a02_no_header_changes_where_a_request_goes_or_who_sent_it) {
    for (auto const& [name, value] : std::initializer_list<std::pair<std::string, std::string>>{
             {"X-Original-URL", "/healthz"},
             {"X-Rewrite-URL", "/healthz"},
             {"X-Forwarded-User", "admin"},
             {"X-Forwarded-For", "127.0.0.1"},
             {"X-Remote-User", "admin"},
             {"Remote-User", "admin"},
             {"X-Octopus-User", "Users-1"},
             {"X-HTTP-Method-Override", "OPTIONS"},
             {"X-Method-Override", "GET"},
             {"Authorization", "Basic YWRtaW46YWRtaW4="},
             {"Cookie", "OctopusIdentificationToken_x=1; guest"}})
        EXPECT_EQ(server.send("GET", "/api/users", {}, with(name, value)).status, 401) << name;
    auto headers = with("X-HTTP-Method-Override", "GET");
    auto before = number_of_environments();
    EXPECT_EQ(server.send("POST", "/api/environments", R"({"Name":"Override"})", headers).status, 401);
    EXPECT_EQ(number_of_environments(), before);
}

// --- A04: sessions ----------------------------------------------------------------------------------------------

TEST_F(Attack, a04_a_session_cannot_be_fixed_in_advance) {
    auto name = as_admin(server).session;
    auto fixed = name.substr(0, name.find('=')) + "=" + std::string(64, 'a');
    auto browser = browser_of(sign_in(server, "admin", "correct horse battery", with("Cookie", fixed)));
    EXPECT_NE(browser.session, fixed);
    EXPECT_EQ(server.send("GET", "/api/users/me", {}, with("Cookie", fixed)).status, 401);
    EXPECT_EQ(server.send("GET", "/api/users/me", {}, browser.headers()).status, 200);
    EXPECT_EQ(
        server.send("GET", "/api/users/me", {}, with("Cookie", "other=1; " + browser.session + "; more=2")).status, 200)
        << "twin: among others";
}

TEST_F(Attack, a04_a_session_ends_with_its_reason) {
    TestServer alone;
    auto [id, key] = add_user(alone, "ending");
    auto browse = [&] { return browser_of(sign_in(alone, "ending", "long enough")); };
    auto status = [&](Browser const& browser) {
        return alone.send("GET", "/api/users/me", {}, browser.headers()).status;
    };
    auto set = [&](std::string const& name, base::Json value) {
        auto user = alone.json("/api/users/" + id).as_object();
        user[name] = std::move(value);
        alone.changed("/api/users/" + id, base::to_text(user));
    };
    auto signed_out = browse(), other = browse();
    EXPECT_EQ(alone.send("POST", "/api/users/logout", {}, signed_out.headers()).status, 200);
    EXPECT_EQ(status(signed_out), 401);
    EXPECT_EQ(status(other), 200);
    set("Password", "another one");
    EXPECT_EQ(status(other), 401);
    set("Password", "long enough");
    EXPECT_EQ(status(other), 401);
    auto disabled = browse();
    EXPECT_EQ(alone.send("GET", "/api/users/me", {}, key).status, 200);
    set("IsActive", false);
    EXPECT_EQ(status(disabled), 401);
    EXPECT_EQ(alone.send("GET", "/api/users/me", {}, key).status, 401);
    EXPECT_EQ(sign_in(alone, "ending", "long enough").status, 401);
    set("IsActive", true);
    EXPECT_EQ(status(disabled), 401) << "it does not come back to life";
    EXPECT_EQ(status(browse()), 200);
    EXPECT_EQ(alone.send("GET", "/api/users/me", {}, key).status, 200) << "twin: a key belongs to the user";
}

// --- A05, A06: guessing -----------------------------------------------------------------------------------------

TEST_F(Attack, a05_guessing_is_slowed_down_for_name_and_address) {
    TestServer alone;
    for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in(alone, "admin", "wrong").status, 401) << i;
    auto held_off = sign_in(alone, "admin", "correct horse battery");
    EXPECT_EQ(held_off.status, 429) << "even with the right one";
    auto const wait = base::to_number(held_off.headers["Retry-After"]);
    EXPECT_TRUE(wait && *wait >= 1 && *wait <= 300) << held_off.headers["Retry-After"];
    for (auto variant : {"ADMIN", " admin", "admin ", "Admin\t"})
        EXPECT_EQ(sign_in(alone, variant, "correct horse battery").status, 429) << variant;
    EXPECT_EQ(sign_in(alone, "somebody else", "wrong").status, 429) << "the address waits too";
    EXPECT_EQ(alone.get("/api/users/me").status, 200) << "twin: keys go on";
    auto failures = alone.json("/api/events?eventCategories=LoginFailed&spaces=all&includeSystem=true")
                        .at("TotalResults")
                        .as_int64();
    EXPECT_EQ(failures, 1) << "the audit is not filled by them";
    alone.advance_clock(std::chrono::milliseconds(1100));
    EXPECT_EQ(sign_in(alone, "admin", "correct horse battery").status, 200) << "twin: after the wait";
}

TEST_F(Attack, a05_a_name_with_more_in_it_is_nobody) {
    TestServer alone;
    for (std::string name : {std::string("admin\0", 6), std::string("admin\0x", 7),
                             std::string("\xEF\xBC\xA1"
                                         "dmin")})
        EXPECT_EQ(sign_in(alone, name, "correct horse battery").status, 401) << name;
}

TEST_F(Attack, a06_unknown_names_and_wrong_passwords_look_alike) {
    TestServer alone;
    auto timed = [&](std::string const& name, net::Response& response) {
        auto begin = std::chrono::steady_clock::now();
        response = sign_in(alone, name, "wrong password");
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    net::Response unknown, wrong;
    timed("nobody", unknown); // creates the decoy, once
    auto for_unknown = timed("nobody", unknown), for_wrong = timed("admin", wrong);
    EXPECT_EQ(unknown.status, wrong.status);
    EXPECT_EQ(unknown.body, wrong.body);
    // Compares the shortest times: other programs make single requests slower.
    for_unknown = std::min(for_unknown, timed("nobody", unknown));
    for_wrong = std::min(for_wrong, timed("admin", wrong));
    EXPECT_GT(for_unknown, for_wrong * 0.4);
    EXPECT_LT(for_unknown, for_wrong * 2.5);
}

// --- A07, A08: other sites ----------------------------------------------------------------------------------------

TEST_F(Attack, a07_a_cookie_alone_changes_nothing) {
    auto browser = as_admin(server);
    auto session_value = browser.session.substr(browser.session.find('=') + 1);
    int tried = 0;
    for (auto route : all_routes()) {
        if (route->method == "GET") continue;
        auto address = addresses_of(*route).front();
        for (std::string token : {std::string(), std::string("x"), session_value, browser.token + "x",
                                  browser.token.substr(1), std::string("%00")}) {
            auto headers = browser.headers(false);
            if (!token.empty()) headers.add("X-Octopus-Csrf-Token", token);
            headers.add("Content-Type", "text/plain");
            auto response = server.send(route->method, address, "{}", headers);
            EXPECT_EQ(response.status, 401) << route->method << " " << address << " with '" << token << "'";
            EXPECT_NE(error_of(response).find("anti-forgery"), std::string::npos) << address;
            ++tried;
        }
    }
    EXPECT_GT(tried, 300);
    EXPECT_EQ(server.send("GET", "/api/users/me", {}, browser.headers(false)).status, 200) << "still signed in";
    auto other = as_admin(server);
    auto mixed = browser.headers(false);
    mixed.add("X-Octopus-Csrf-Token", other.token);
    EXPECT_EQ(server.send("POST", "/api/environments", R"({"Name":"Forged"})", mixed).status, 401)
        << "the token of another session";
    EXPECT_EQ(server.send("POST", "/api/environments", R"({"Name":"Genuine"})", browser.headers()).status, 201);
}

TEST_F(Attack, a07_a_get_changes_nothing_whatever_it_says) {
    auto browser = as_admin(server);
    auto id = text_of(server.created("/api/environments", R"({"Name":"Stays"})"), "Id");
    for (auto method : {"DELETE", "PUT", "POST"}) {
        auto headers = browser.headers(false);
        headers.add("X-HTTP-Method-Override", method);
        EXPECT_EQ(server.send("GET", "/api/environments/" + id + "?_method=DELETE", {}, headers).status, 200);
    }
    auto headers = browser.headers(false);
    headers.add("X-HTTP-Method-Override", "DELETE");
    EXPECT_EQ(server.send("POST", "/api/environments/" + id, {}, headers).status, 401)
        << "an overridden method needs the token as well";
    EXPECT_EQ(server.get("/api/environments/" + id).status, 200);
}

TEST_F(Attack, a08_pages_of_other_sites_open_no_live_view) {
    auto browser = as_admin(server);
    auto host = "127.0.0.1:" + std::to_string(server.port());
    auto open = [&](std::string const& origin) {
        net::RawClient client(server.port());
        return client
            .ask("GET /api/live HTTP/1.1\r\nHost: " + host +
                 "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: " +
                 browser.session + "\r\n" + (origin.empty() ? "" : "Origin: " + origin + "\r\n") + "\r\n")
            .status;
    };
    for (std::string foreign :
         {std::string("http://evil.example"), std::string("null"), "http://" + host + ".evil.example",
          "http://evil" + host, "http://evil.example/" + host, "http://user@" + host, "http://evil.example#" + host,
          std::string("http://127.0.0.1"), std::string("file://"), "http://" + host + "0"})
        EXPECT_EQ(open(foreign), 403) << foreign;
    EXPECT_EQ(open("http://" + host), 101);
    EXPECT_EQ(open(""), 101) << "programs send none";
}

TEST_F(Attack, a08_no_other_site_may_read_answers) {
    for (auto origin : {"http://evil.example", "null", "http://127.0.0.1"})
        for (auto method : {"GET", "OPTIONS"}) {
            auto headers = TestServer::as_admin();
            headers.add("Origin", origin);
            headers.add("Access-Control-Request-Method", "DELETE");
            auto response = server.send(method, "/api/environments", {}, headers);
            for (auto const& [name, value] : response.headers)
                EXPECT_FALSE(base::starts_ignoring_case(name, "Access-Control-")) << name << ": " << value;
        }
}

// --- A46, A47, A48: files -----------------------------------------------------------------------------------------

namespace {

std::string start_again(std::string const& data) {
    apps::ServerOptions options;
    options.data = data;
    options.listen = "127.0.0.1:0";
    options.run_as.same_user = true;
    try {
        apps::Server server(options);
        return "started";
    } catch (base::Error const& error) {
        return error.message();
    }
}

} // namespace

TEST(AttackOnFiles, a46_no_start_with_another_key_or_none) {
    char name[] = "/tmp/stepwell-test-XXXXXX";
    std::string folder = ::mkdtemp(name);
    auto data = folder + "/data";
    EXPECT_EQ(start_again(data), "started");
    auto key = *base::read_file(data + "/key");
    base::replace_file(data + "/key", std::string(64, '0'), 0400);
    EXPECT_NE(start_again(data).find("does not belong"), std::string::npos);
    base::replace_file(data + "/key", "", 0400);
    EXPECT_NE(start_again(data).find("damaged"), std::string::npos);
    std::filesystem::remove(data + "/key");
    EXPECT_NE(start_again(data).find("missing"), std::string::npos);
    base::replace_file(data + "/key", key, 0400);
    EXPECT_EQ(start_again(data), "started");
    std::filesystem::remove_all(folder);
}

TEST(AttackOnFiles, a47_files_are_for_the_server_alone_whatever_the_umask) {
    auto before = ::umask(0);
    {
        TestServer server;
        server.created("/api/environments", R"({"Name":"Test"})");
        for (auto const& entry : std::filesystem::recursive_directory_iterator(server.folder() + "/data")) {
            struct stat facts{};
            ASSERT_EQ(::lstat(entry.path().c_str(), &facts), 0);
            EXPECT_EQ(facts.st_mode & 0077, 0u) << entry.path();
        }
    }
    ::umask(before);
}

TEST(AttackOnFiles, a48_two_installations_share_no_key) {
    TestServer one, two;
    EXPECT_NE(base::read_file(one.folder() + "/data/key"), base::read_file(two.folder() + "/data/key"));
    EXPECT_NE(text_of(one.json("/api"), "InstallationId"), text_of(two.json("/api"), "InstallationId"));
}

// --- A63: lines of somebody's own ---------------------------------------------------------------------------------

TEST_F(Attack, a63_line_ends_in_names_forge_no_header_and_no_line) {
    auto const evil = "Evil\\r\\nSet-Cookie: x=1\\r\\n\\r\\nEvents-1,2024-01-01,Deleted\\u001b[2J";
    auto created = server.post("/api/projectgroups", std::string(R"({"Name":")") + evil + "\"}");
    ASSERT_EQ(created.status, 201);
    EXPECT_TRUE(created.headers["Set-Cookie"].empty());
    EXPECT_EQ(created.body.find('\n'), std::string::npos);
    net::RawClient client(server.port());
    for (std::string path : {"/api/x%0d%0aSet-Cookie:%20x=1", "/api/environments/x%0d%0aSet-Cookie:%20x=1",
                             "/api/environments?partialName=x%0d%0aSet-Cookie:%20x=1&skip=1"}) {
        auto answered =
            client.ask("GET " + path + " HTTP/1.1\r\nHost: a\r\nX-Octopus-ApiKey: " + TestServer::api_key + "\r\n\r\n");
        EXPECT_FALSE(answered.has("\r\nSet-Cookie")) << path;
        EXPECT_EQ(answered.body.find('\n'), std::string::npos) << path;
    }
    auto agent = TestServer::as_admin();
    agent.add("User-Agent", "x\xFF\t<script>");
    EXPECT_EQ(server.send("POST", "/api/environments", R"({"Name":"By a strange program"})", agent).status, 201);
    auto event = server.json("/api/events?take=1").at("Items").at(0);
    EXPECT_TRUE(base::is_utf8(text_of(event, "UserAgent")));
}

TEST(AttackOnLog, a63_a_failed_sign_in_writes_one_line_at_most) {
    testing::internal::CaptureStderr();
    {
        TestServer server;
        server.send("POST", "/api/users/login",
                    R"({"Username":"x\r\n2024-01-01T00:00:00 error forged\u001b[2J","Password":"y"})", {});
        server.send("GET", "/api/environments", {}, with("X-Octopus-ApiKey", "API-SECRETCANARY"));
    }
    auto log = testing::internal::GetCapturedStderr();
    for (auto line : base::split(log, '\n'))
        EXPECT_TRUE(line.empty() || (line.starts_with("20") && line.find("forged") == std::string_view::npos)) << line;
    EXPECT_EQ(log.find("API-SECRETCANARY"), std::string::npos);
    EXPECT_EQ(log.find('\x1b'), std::string::npos);
}

} // namespace stepwell::contract
