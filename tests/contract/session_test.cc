// Sign-in, API keys and users.
#include "support/test_server.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"
#include "operations/set_up.h"
#include "store/accounts.h"
#include "store/documents.h"

#include <csignal>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::contract {

namespace {

using base::Json;
using tests::TestServer;
using tests::text_of;

net::Headers with(std::string const& name, std::string const& value) {
    net::Headers headers;
    headers.add(name, value);
    return headers;
}

struct Session : testing::Test {
    TestServer server;

    static std::string login(std::string const& name, std::string const& password, bool remember = false) {
        return R"({"Username":")" + name + R"(","Password":")" + password + R"(","RememberMe":)" +
               (remember ? "true" : "false") + R"(,"State":{"UsingSecureConnection":false}})";
    }
    net::Response sign_in(std::string const& name = "admin", std::string const& password = "correct horse battery",
                          bool remember = false) {
        return server.send("POST", "/api/users/login", login(name, password, remember), {});
    }
    static std::vector<std::string> cookies_of(net::Response const& response) {
        std::vector<std::string> cookies;
        for (auto const& [name, value] : response.headers)
            if (base::equal_ignoring_case(name, "Set-Cookie")) cookies.push_back(value);
        return cookies;
    }
    static std::string value_of(std::string const& cookie) {
        auto equals = cookie.find('=');
        return cookie.substr(equals + 1, cookie.find(';') - equals - 1);
    }
    // Returns the headers of a browser: both cookies, and optionally the CSRF token.
    static net::Headers as_browser(net::Response const& signed_in, bool with_token = true) {
        auto cookies = cookies_of(signed_in);
        net::Headers headers;
        headers.add("Cookie", cookies.at(0).substr(0, cookies.at(0).find(';')) + "; " +
                                  cookies.at(1).substr(0, cookies.at(1).find(';')));
        if (with_token) headers.add("X-Octopus-Csrf-Token", value_of(cookies.at(1)));
        return headers;
    }
    Json add_user(std::string const& name, std::string const& more = R"(,"Password":"long enough")") {
        return server.created("/api/users",
                              R"({"Username":")" + name + R"(","DisplayName":"The )" + name + "\"" + more + "}");
    }
    int status_as(net::Headers const& who, std::string const& method, std::string const& path,
                  std::string const& body = {}) {
        return server.send(method, path, body, who).status;
    }
    static std::string error_of(net::Response const& response) {
        return text_of(base::parse_json(response.body), "ErrorMessage");
    }
};

} // namespace

TEST_F(Session, begins_with_name_and_password) {
    auto response = sign_in();
    ASSERT_EQ(response.status, 200) << response.body;
    auto user = base::parse_json(response.body);
    EXPECT_EQ(text_of(user, "Id"), "Users-1");
    EXPECT_EQ(text_of(user, "Username"), "admin");
    EXPECT_TRUE(user.at("IsRequestor").as_bool());
    EXPECT_EQ(response.body.find("correct horse"), std::string::npos);
    auto installation = text_of(server.json("/api"), "InstallationId");
    auto cookies = cookies_of(response);
    ASSERT_EQ(cookies.size(), 2u);
    EXPECT_TRUE(cookies[0].starts_with("OctopusIdentificationToken_" + installation + "=")) << cookies[0];
    EXPECT_TRUE(cookies[1].starts_with("Octopus-Csrf-Token_" + installation + "=")) << cookies[1];
    for (auto const& cookie : cookies) {
        EXPECT_NE(cookie.find("; Path=/"), std::string::npos);
        EXPECT_NE(cookie.find("; SameSite=Lax"), std::string::npos);
        EXPECT_EQ(cookie.find("Max-Age"), std::string::npos) << "until the browser closes";
        EXPECT_GE(value_of(cookie).size(), 32u);
    }
    EXPECT_NE(cookies[0].find("HttpOnly"), std::string::npos);
    EXPECT_EQ(cookies[1].find("HttpOnly"), std::string::npos) << "scripts must read it";
    EXPECT_NE(value_of(cookies[0]), value_of(cookies[1]));

    auto me = server.send("GET", "/api/users/me", {}, as_browser(response, false));
    EXPECT_EQ(me.status, 200);
    EXPECT_EQ(text_of(base::parse_json(me.body), "Id"), "Users-1");
    EXPECT_EQ(status_as(as_browser(response), "POST", "/api/environments", R"({"Name":"By cookie"})"), 201);
    auto event = server.json("/api/events?take=1").at("Items").at(0);
    EXPECT_EQ(text_of(event, "IdentityEstablishedWith"), "Session cookie");
    EXPECT_EQ(text_of(event, "IpAddress"), "127.0.0.1");
}

TEST_F(Session, can_last_longer_than_the_browser) {
    auto cookies = cookies_of(sign_in("admin", "correct horse battery", true));
    for (auto const& cookie : cookies)
        EXPECT_TRUE(cookie.find("; Max-Age=12096") != std::string::npos ||
                    cookie.find("; Max-Age=12095") != std::string::npos)
            << cookie;
    auto name_in_other_case = sign_in("ADMIN");
    EXPECT_EQ(name_in_other_case.status, 200);
}

TEST_F(Session, outlives_a_restart) {
    auto browser = as_browser(sign_in());
    server.restart();
    EXPECT_EQ(status_as(browser, "GET", "/api/users/me"), 200);
}

TEST_F(Session, ends_when_signed_out) {
    auto first = as_browser(sign_in()), second = as_browser(sign_in());
    auto response = server.send("POST", "/api/users/logout", {}, first);
    EXPECT_EQ(response.status, 200);
    for (auto const& cookie : cookies_of(response)) EXPECT_NE(cookie.find("; Max-Age=0"), std::string::npos) << cookie;
    EXPECT_EQ(status_as(first, "GET", "/api/users/me"), 401);
    EXPECT_EQ(status_as(first, "GET", "/api"), 200) << "an old cookie is no offence where anybody may read";
    EXPECT_EQ(status_as(second, "GET", "/api/users/me"), 200) << "other sessions go on";
    EXPECT_EQ(server.send("POST", "/api/users/logout", {}, {}).status, 200) << "for those who were not signed in too";
}

TEST_F(Session, of_a_user_can_all_be_ended) {
    auto id = text_of(add_user("eva"), "Id");
    auto first = as_browser(sign_in("eva", "long enough")), second = as_browser(sign_in("eva", "long enough"));
    auto other = as_browser(sign_in());
    EXPECT_EQ(status_as(first, "POST", "/api/users/Users-1/revoke-sessions"), 403);
    EXPECT_EQ(status_as(other, "POST", "/api/users/Users-99/revoke-sessions"), 404);
    EXPECT_EQ(status_as(first, "POST", "/api/users/me/revoke-sessions"), 200);
    for (auto const& ended : {first, second}) EXPECT_EQ(status_as(ended, "GET", "/api/users/me"), 401);
    EXPECT_EQ(status_as(other, "GET", "/api/users/me"), 200);
    EXPECT_NE(text_of(server.json("/api/events?take=1&regarding=" + id).at("Items").at(0), "Message").find("sessions"),
              std::string::npos);
}

TEST_F(Session, is_refused_with_the_words_clients_look_for) {
    auto response = server.send("GET", "/api/users/me", {}, {});
    EXPECT_EQ(response.status, 401);
    EXPECT_NE(error_of(response).find("You must be logged in to request this resource"), std::string::npos);
    response = server.send("GET", "/api/users/me", {}, with("X-Octopus-ApiKey", "API-WRONG"));
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(server.send("GET", "/api", {}, with("X-Octopus-ApiKey", "API-WRONG")).status, 401)
        << "rejected credentials are told everywhere";
    EXPECT_EQ(server.send("GET", "/api/users/me", {}, with("Authorization", "Bearer x.y.z")).status, 401);
    EXPECT_EQ(server.send("GET", "/api", {}, with("X-Octopus-ApiKey", "")).status, 200) << "empty is absent";
    for (auto const& body : {login("admin", "wrong password"), std::string("{}"), std::string("")}) {
        response = server.send("POST", "/api/users/login", body, {});
        EXPECT_EQ(response.status, 401) << body;
        EXPECT_TRUE(cookies_of(response).empty());
    }
    EXPECT_EQ(server.send("POST", "/api/users/login", R"({"Username":[1]})", {}).status, 400);
}

TEST_F(Session, takes_a_key_in_header_or_query) {
    EXPECT_EQ(server.send("GET", std::string("/api/users/me?apikey=") + TestServer::api_key, {}, {}).status, 200);
    auto page = server.send("GET", std::string("/api/environments?ApiKey=") + TestServer::api_key, {}, {});
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.body.find(TestServer::api_key), std::string::npos) << "links of a page do not repeat it";
}

TEST_F(Session, tells_a_key_once_and_masks_it_then) {
    auto user = add_user("ann");
    auto keys = "/api/users/" + text_of(user, "Id") + "/apikeys";
    auto created = server.created(keys, R"({"Purpose":"CI","Expires":"2099-01-01T00:00:00Z"})");
    auto plain = text_of(created, "ApiKey");
    EXPECT_TRUE(plain.starts_with("API-"));
    EXPECT_GE(plain.size(), 4u + 27u);
    EXPECT_TRUE(
        std::ranges::all_of(plain.substr(4), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }));
    EXPECT_EQ(text_of(created, "UserId"), text_of(user, "Id"));
    EXPECT_EQ(text_of(created, "Expires"), "2099-01-01T00:00:00.000+00:00");
    auto own = with("X-Octopus-ApiKey", plain);
    EXPECT_EQ(text_of(base::parse_json(server.send("GET", "/api/users/me", {}, own).body), "Username"), "ann");
    auto self = text_of(created.at("Links"), "Self");
    for (auto const& body : {server.get(self).body, server.get(keys).body, server.send("GET", self, {}, own).body,
                             server.get("/api/events/all").body})
        EXPECT_EQ(body.find(plain), std::string::npos) << body;
    auto read = server.json(self);
    EXPECT_EQ(base::to_text(read.at("ApiKey")),
              R"({"HasValue":true,"NewValue":null,"Hint":")" + plain.substr(0, 8) + "\"}");
    EXPECT_EQ(text_of(read, "Purpose"), "CI");
    EXPECT_EQ(server.del(self).status, 200);
    EXPECT_EQ(server.get(self).status, 404);
    EXPECT_EQ(server.del(self).status, 404);
    EXPECT_EQ(server.send("GET", "/api/users/me", {}, own).status, 401);
    auto told = server.json("/api/events?take=1").at("Items").at(0);
    EXPECT_EQ(text_of(told, "Category"), "Deleted");
}

TEST_F(Session, lists_keys_newest_first_by_pages) {
    for (auto purpose : {"one", "two", "three"})
        server.created("/api/users/me/apikeys", std::string(R"({"Purpose":")") + purpose + "\"}");
    auto page = server.json("/api/users/Users-1/apikeys?take=2");
    EXPECT_EQ(page.at("TotalResults").as_int64(), 4);
    EXPECT_EQ(text_of(page.at("Items").at(0), "Purpose"), "three");
    EXPECT_TRUE(page.at("Items").at(0).at("Expires").is_null());
    auto next = server.json(text_of(page.at("Links"), "Page.Next"));
    ASSERT_EQ(next.at("Items").as_array().size(), 2u);
    EXPECT_EQ(text_of(next.at("Items").at(0), "Purpose"), "one");
}

TEST_F(Session, refuses_keys_that_expired_and_those_of_others) {
    auto ann = text_of(add_user("ann"), "Id"), ben = text_of(add_user("ben"), "Id");
    auto of_ann = server.created("/api/users/" + ann + "/apikeys", R"({"Purpose":""})");
    auto key_id = text_of(of_ann, "Id");
    EXPECT_EQ(server.get("/api/users/" + ben + "/apikeys/" + key_id).status, 404)
        << "a key belongs to the user of the path";
    EXPECT_EQ(server.del("/api/users/" + ben + "/apikeys/" + key_id).status, 404);
    auto as_ann = with("X-Octopus-ApiKey", text_of(of_ann, "ApiKey"));
    EXPECT_EQ(status_as(as_ann, "GET", "/api/users/" + ben + "/apikeys"), 403);
    EXPECT_EQ(status_as(as_ann, "POST", "/api/users/" + ben + "/apikeys", R"({"Purpose":"mine"})"), 403);
    EXPECT_EQ(status_as(as_ann, "POST", "/api/users/Users-1/apikeys", R"({"Purpose":"mine"})"), 403);
    EXPECT_EQ(status_as(as_ann, "DELETE", "/api/users/Users-1/apikeys/APIKeys-1"), 403);
    EXPECT_EQ(status_as(as_ann, "POST", "/api/users/me/apikeys", R"({"Purpose":"mine"})"), 201);
    for (auto wrong : {R"({"Expires":"yesterday"})", R"({"Expires":"2001-01-01T00:00:00Z"})"})
        EXPECT_EQ(server.post("/api/users/" + ann + "/apikeys", wrong).status, 400) << wrong;

    auto soon = server.now() + std::chrono::hours(1);
    auto brief = text_of(
        server.created("/api/users/" + ann + "/apikeys", R"({"Expires":")" + base::to_text(soon) + "\"}"), "ApiKey");
    EXPECT_EQ(status_as(with("X-Octopus-ApiKey", brief), "GET", "/api/users/me"), 200);
    server.advance_clock(std::chrono::hours(1));
    EXPECT_EQ(status_as(with("X-Octopus-ApiKey", brief), "GET", "/api/users/me"), 401);
}

TEST_F(Session, lets_nobody_disable_himself) {
    auto me = server.json("/api/users/me").as_object();
    auto self = text_of(me.at("Links"), "Self");
    me["IsActive"] = false;
    auto response = server.put(self, base::to_text(base::Json(me)));
    EXPECT_EQ(response.status, 400);
    EXPECT_NE(response.body.find("IsActive: must be true for your own user"), std::string::npos) << response.body;
    EXPECT_EQ(server.get("/api/users/me").status, 200);
}

TEST_F(Session, keeps_passwords_to_itself) {
    auto ann = add_user("ann");
    EXPECT_FALSE(ann.as_object().contains("Password"));
    auto self = text_of(ann.at("Links"), "Self");
    for (auto const& body :
         {server.get(self).body, server.get("/api/users/all").body, server.get("/api/events/all").body})
        for (auto word : {"long enough", "$argon2id"}) EXPECT_EQ(body.find(word), std::string::npos);
    EXPECT_TRUE(ann.at("IsActive").as_bool());
    EXPECT_TRUE(ann.at("CanPasswordBeEdited").as_bool());
    EXPECT_FALSE(ann.at("IsRequestor").as_bool());
    EXPECT_EQ(sign_in("ann", "long enough").status, 200);
    EXPECT_EQ(server.post("/api/users", R"({"Username":"x","DisplayName":"x","Password":"short"})").status, 400);
    EXPECT_EQ(server.post("/api/users", R"({"Username":"x","DisplayName":"x"})").status, 400);
    EXPECT_EQ(
        server.post("/api/users", R"({"Username":"x","DisplayName":"x","IsService":true,"Password":"long enough"})")
            .status,
        400);
    auto robot = add_user("robot", R"(,"IsService":true)");
    EXPECT_FALSE(robot.at("CanPasswordBeEdited").as_bool());
    auto with_password = robot.as_object();
    with_password["Password"] = "long enough";
    EXPECT_EQ(server.put(text_of(robot.at("Links"), "Self"), base::to_text(with_password)).status, 400);
    EXPECT_EQ(sign_in("robot", "long enough").status, 401);
    auto created_inactive = add_user("late", R"(,"Password":"long enough","IsActive":false)");
    EXPECT_TRUE(created_inactive.at("IsActive").as_bool());
}

TEST_F(Session, changes_a_password_with_the_rest_or_not_at_all) {
    auto ann = add_user("ann");
    auto self = text_of(ann.at("Links"), "Self");
    auto changed = ann.as_object();
    changed["Password"] = "brand new one";
    changed["Username"] = "";
    EXPECT_EQ(server.put(self, base::to_text(changed)).status, 400);
    EXPECT_EQ(sign_in("ann", "long enough").status, 200) << "nothing of a refused change counts";
    changed["Username"] = "ann";
    changed["Password"] = "short";
    EXPECT_EQ(server.put(self, base::to_text(changed)).status, 400);
    changed["Password"] = "brand new one";
    auto browser = as_browser(sign_in("ann", "long enough"));
    auto response = server.put(self, base::to_text(changed));
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.body.find("brand new"), std::string::npos);
    EXPECT_EQ(status_as(browser, "GET", "/api/users/me"), 401) << "its sessions end";
    EXPECT_EQ(sign_in("ann", "long enough").status, 401);
    EXPECT_EQ(sign_in("ann", "brand new one").status, 200);
    for (auto nothing : {"null", "\"\""}) {
        auto body = server.json(self).as_object();
        body["Password"] = base::parse_json(nothing);
        EXPECT_EQ(server.put(self, base::to_text(body)).status, 200) << nothing;
    }
    EXPECT_EQ(sign_in("ann", "brand new one").status, 200) << "none in the body leaves it";
}

TEST_F(Session, finds_users_by_what_people_know_of_them) {
    add_user("ann", R"(,"Password":"long enough","EmailAddress":"a.smith@example.com")");
    add_user("ben");
    auto found = [&](std::string const& filter) {
        std::set<std::string> names;
        auto page = server.json("/api/users?filter=" + filter);
        for (auto const& user : page.at("Items").as_array()) names.insert(text_of(user, "Username"));
        return names;
    };
    using Names = std::set<std::string>;
    EXPECT_EQ(found("AN"), (Names{"ann"}));
    EXPECT_EQ(found("SMITH%40"), (Names{"ann"}));
    EXPECT_EQ(found("the%20"), (Names{"ann", "ben"}));
    EXPECT_EQ(found("nobody"), Names());
    EXPECT_EQ(server.json("/api/Spaces-1/users").at("TotalResults").as_int64(), 3);
    EXPECT_EQ(text_of(server.json("/api/users").at("Items").at(0), "Username"), "admin") << "by name";
}

TEST_F(Session, lets_nobody_delete_himself) {
    EXPECT_EQ(server.del("/api/users/Users-1").status, 400);
    EXPECT_EQ(server.del("/api/users/me").status, 400);
    auto ann = add_user("ann");
    auto key = text_of(server.created("/api/users/" + text_of(ann, "Id") + "/apikeys", "{}"), "ApiKey");
    auto browser = as_browser(sign_in("ann", "long enough"));
    EXPECT_EQ(server.del(text_of(ann.at("Links"), "Self")).status, 200);
    EXPECT_EQ(status_as(browser, "GET", "/api/users/me"), 401);
    EXPECT_EQ(status_as(with("X-Octopus-ApiKey", key), "GET", "/api/users/me"), 401);
    EXPECT_EQ(sign_in("ann", "long enough").status, 401);
    EXPECT_NE(text_of(add_user("ann"), "Id"), text_of(ann, "Id"));
    EXPECT_EQ(status_as(with("X-Octopus-ApiKey", key), "GET", "/api/users/me"), 401)
        << "the next of that name is another";
}

TEST_F(Session, tells_users_of_themselves_alone) {
    auto ann = text_of(add_user("ann"), "Id");
    auto as_ann = with("X-Octopus-ApiKey", text_of(server.created("/api/users/" + ann + "/apikeys", "{}"), "ApiKey"));
    for (auto below : {"", "/spaces", "/teams", "/permissions", "/permissions/configuration", "/apikeys"}) {
        EXPECT_EQ(status_as(as_ann, "GET", "/api/users/" + ann + below), 200) << below;
        EXPECT_EQ(status_as(as_ann, "GET", std::string("/api/users/me") + below), 200) << below;
        EXPECT_EQ(status_as(as_ann, "GET", std::string("/api/users/Users-1") + below), 403) << below;
        EXPECT_EQ(server.get("/api/users/" + ann + below).status, 200) << below;
        EXPECT_EQ(server.get(std::string("/api/users/Users-99") + below).status, 404) << below;
    }
    auto mine = server.send("GET", "/api/users/me/permissions", {}, as_ann);
    EXPECT_TRUE(base::parse_json(mine.body).at("SystemPermissions").as_array().empty());
    auto all = server.json("/api/users/me/permissions");
    EXPECT_GT(all.at("SystemPermissions").as_array().size(), 10u);
    EXPECT_TRUE(all.at("SpacePermissions").as_object().contains("RunbookRunCreate"));
    EXPECT_EQ(text_of(server.json("/api/users/me/spaces").at(0), "Id"), "Spaces-1");
}

TEST_F(Session, reads_teams_of_the_space_and_above_all_spaces) {
    EXPECT_EQ(text_of(server.json("/api/teams/teams-administrators"), "Name"), "Octopus Administrators");
    std::set<std::string> names;
    auto page = server.json("/api/teams?includeSystem=true");
    for (auto const& team : page.at("Items").as_array()) names.insert(text_of(team, "Id"));
    for (auto id : {"teams-everyone", "teams-administrators", "teams-managers", "teams-spacemanagers-Spaces-1"})
        EXPECT_TRUE(names.contains(id)) << id;
    auto everyone = server.json("/api/Spaces-1/teams/teams-everyone");
    EXPECT_EQ(text_of(everyone, "SpaceId"), "");
    EXPECT_EQ(text_of(everyone.at("Links"), "Self"), "/api/teams/teams-everyone");
    EXPECT_EQ(server.json("/api/teams?spaces=Spaces-1&includeSystem=false").at("TotalResults").as_int64(), 1);
}

// A first start that was killed can be repeated: either all or none of its documents exist.
TEST(FirstStart, can_be_killed_and_repeated) {
    base::SystemClock clock;
    for (int round = 0; round < 10; ++round) {
        char name[] = "/tmp/stepwell-test-XXXXXX";
        std::string folder = ::mkdtemp(name);
        auto start = [&] {
            store::Store store(folder + "/data", clock);
            operations::set_up(store, {"admin", "correct horse battery", TestServer::api_key});
            return store.read([](store::Session& session) {
                auto key = store::find_api_key(session, TestServer::api_key);
                auto team = store::find<domain::Team>(session, "teams-administrators");
                auto users = store::list_documents(session, domain::noun_of<domain::User>(), {}).total;
                return key && key->user_id == "Users-1" && team && team->members.size() == 1 && users == 1 &&
                       store::find<domain::Space>(session, "Spaces-1");
            });
        };
        auto child = ::fork();
        if (child == 0) {
            start();
            ::_exit(0);
        }
        ::usleep(useconds_t(2000 + 17'000 * round));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        EXPECT_TRUE(start()) << round;
        EXPECT_TRUE(start()) << "and again";
        std::filesystem::remove_all(folder);
    }
}

} // namespace stepwell::contract
