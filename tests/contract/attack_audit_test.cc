// Changes that the audit would not record, and keys that would be valid for longer than allowed.
#include "base/clock.h"
#include "contract/attack.h"
#include "contract/workshop.h"
#include "store/sqlite/sqlite.h"

namespace stepwell::contract {

namespace {

struct AttackOnAudit : Workshop {
    void by_hand(std::string const& statements) {
        server.restart(
            [&] { store::open_sqlite(server.folder() + "/data/stepwell.db", store::Use::write)->script(statements); });
    }
    std::int64_t number_of(std::string const& what) {
        return server.json("/api/" + what + "?take=1").at("TotalResults").to_number<std::int64_t>();
    }
};

std::string millis(base::Time time) { return std::to_string(time.time_since_epoch().count()); }

} // namespace

TEST_F(AttackOnAudit, a64_nothing_happens_that_cannot_be_written_down) {
    auto dev = environment("Dev"), book = runbook(project("Shop"), "Go");
    set_steps(book, step("Go", "true"));
    snapshot(book, "One", true);
    by_hand("create trigger refuse before insert on event begin select raise(abort, 'no room'); end");
    auto expect_nothing = [&](std::string const& what, net::Response const& response) {
        EXPECT_EQ(response.status, 500) << what << response.body;
        EXPECT_EQ(response.headers["Set-Cookie"], "") << what;
        EXPECT_EQ(response.body.find("API-"), std::string::npos) << what;
    };
    expect_nothing("create", server.post("/api/environments", R"({"Name":"Silent"})"));
    expect_nothing("change", server.put("/api/environments/" + dev, R"({"Name":"Silent"})"));
    expect_nothing("delete", server.del("/api/runbooks/" + book));
    expect_nothing("run", server.post(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})"));
    expect_nothing("sign in", Attack::sign_in(server, "admin", "correct horse battery"));
    expect_nothing("key", server.post("/api/users/Users-1/apikeys", "{}"));
    EXPECT_EQ(number_of("environments"), 1);
    EXPECT_EQ(text_at(get("environments/" + dev), "/Name"), "Dev");
    EXPECT_EQ(number_of("runbooks"), 1);
    EXPECT_EQ(number_of("tasks"), 0);
    EXPECT_EQ(number_of("users/Users-1/apikeys"), 1);
    by_hand("drop trigger refuse");
    EXPECT_EQ(server.post("/api/environments", R"({"Name":"Told"})").status, 201) << "twin";
    EXPECT_EQ(Attack::sign_in(server, "admin", "correct horse battery").status, 200) << "twin";
}

// As after the clock was set back by a year: earlier sessions have a start time in the future.
TEST_F(AttackOnAudit, a65_a_clock_set_back_brings_nothing_to_life) {
    auto now = base::SystemClock().now();
    auto browser = Attack::browser_of(Attack::sign_in(server, "admin", "correct horse battery"));
    auto made = server.created("/api/users/Users-1/apikeys",
                               R"({"Expires":")" + base::to_text(now + std::chrono::hours(1)) + R"("})");
    auto key = with("X-Octopus-ApiKey", text_at(made, "/ApiKey"));
    auto expect = [&](int status, std::string const& why) {
        EXPECT_EQ(server.send("GET", "/api/users/me", {}, browser.headers()).status, status) << why;
        EXPECT_EQ(server.send("GET", "/api/users/me", {}, key).status, status) << why;
    };
    auto issued = [&](base::Time created) {
        auto values = "created = " + millis(created) + ", expires = " + millis(created + std::chrono::hours(12));
        by_hand("update sign_in set " + values + "; update api_key set " + values + " where expires is not null");
    };
    expect(200, "twin: as issued");
    issued(now + std::chrono::hours(8766));
    expect(401, "a year ahead");
    issued(now + std::chrono::hours(1));
    expect(401, "an hour ahead");
    issued(now + std::chrono::seconds(30));
    expect(200, "twin: a clock that was put right by seconds");
    issued(now - std::chrono::hours(13));
    expect(401, "expired");
    EXPECT_EQ(server.get("/api/users/me").status, 200) << "twin: a key without an end goes on";
}

TEST_F(AttackOnAudit, a11_a_key_makes_none_that_outlives_it) {
    auto later = [](int hours) { return base::to_text(base::SystemClock().now() + std::chrono::hours(hours)); };
    auto keys = "/api/users/Users-1/apikeys";
    auto made = server.created(keys, R"({"Expires":")" + later(24) + R"("})");
    auto as_key = with("X-Octopus-ApiKey", text_at(made, "/ApiKey"));
    for (auto const& body : {std::string("{}"), R"({"Expires":")" + later(25) + R"("})",
                             std::string(R"({"Expires":""})"), std::string(R"({"Expires":null})")}) {
        auto response = server.send("POST", keys, body, as_key);
        EXPECT_EQ(response.status, 400) << body;
        EXPECT_EQ(response.body.find("API-"), std::string::npos);
    }
    EXPECT_EQ(server.send("POST", keys, R"({"Expires":")" + later(23) + R"("})", as_key).status, 201) << "twin";
    EXPECT_EQ(server.post(keys, "{}").status, 201) << "twin: of a key without an end";
    auto [id, nobody] = Attack::add_user(server, "norights");
    EXPECT_EQ(server.send("POST", keys, "{}", nobody).status / 100, 4) << "for somebody else";
    EXPECT_EQ(server.send("POST", "/api/users/" + id + "/apikeys", "{}", nobody).status, 201) << "twin: for oneself";
    auto page = server.json(keys);
    for (auto const& key : page.at("Items").as_array())
        EXPECT_TRUE(key.at("ApiKey").at("NewValue").is_null()) << "told once";
}

} // namespace stepwell::contract
