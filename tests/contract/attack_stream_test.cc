// Live views that continue after the right to see them was revoked.
#include "contract/attack.h"
#include "contract/workshop.h"
#include "net/running.h"
#include "store/sqlite/sqlite.h"

namespace stepwell::contract {

namespace {

struct AttackByWaiting : Workshop {
    std::string task;
    void SetUp() override {
        auto dev = environment("Dev"), book = runbook(project("Shop"), "Slow");
        set_steps(book, step("Go", "for i in $(seq 1200); do echo line $i.; sleep 0.05; done"));
        snapshot(book, "One", true);
        task = text_at(
            at(server.created(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})"), "/0"),
            "/TaskId");
    }
    void TearDown() override {
        EXPECT_EQ(text_at(server.json("/api/tasks/" + task), "/State"), "Executing") << "else nothing was shown here";
        server.post("/api/tasks/" + task + "/cancel");
    }
    struct Key {
        std::string id, plain;
    };
    Key key_of(std::string const& user) {
        auto made = server.created("/api/users/" + user + "/apikeys", "{}");
        return {text_at(made, "/Id"), text_at(made, "/ApiKey")};
    }
    // Reads until `act`, called at the first line, has revoked the right, and then to the end.
    void expect_cut(net::Headers const& who, std::function<void()> act) {
        net::Client client(server.address());
        std::string told;
        auto response = client.stream("GET", "/api/tasks/" + task + "/stream", who, "", [&](std::string_view piece) {
            told += piece;
            if (act && told.find("line 1.") != std::string::npos) std::exchange(act, nullptr)();
            return told.find("line 1200.") == std::string::npos;
        });
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_FALSE(act) << told;
        EXPECT_EQ(told.find("event: end"), std::string::npos);
        EXPECT_EQ(told.find("line 1200."), std::string::npos);
        EXPECT_EQ(server.send("GET", "/api/tasks/" + task + "/stream", {}, who).status / 100, 4) << "nor does it begin";
    }
};

} // namespace

TEST_F(AttackByWaiting, a15_a_revoked_key_sees_no_more) {
    auto key = key_of("Users-1");
    expect_cut(with("X-Octopus-ApiKey", key.plain),
               [&] { EXPECT_EQ(server.del("/api/users/Users-1/apikeys/" + key.id).status, 200); });
}

TEST_F(AttackByWaiting, a10_a_disabled_user_sees_no_more) {
    auto user = server.created("/api/users", R"({"Username":"eva","DisplayName":"Eva","Password":"long enough"})");
    auto id = text_at(user, "/Id");
    server.restart([&] { // there are no requests yet that change teams
        store::open_sqlite(server.folder() + "/data/stepwell.db", store::Use::write)
            ->exec("update team set document = replace(document, '\"Users-1\"', '\"Users-1\",\"' || ? || '\"')", id);
    });
    auto browser = Attack::browser_of(Attack::sign_in(server, "eva", "long enough"));
    expect_cut(browser.headers(), [&] {
        user.as_object()["IsActive"] = false;
        server.changed("/api/users/" + id, base::to_text(user));
    });
}

TEST_F(AttackByWaiting, a10_a_user_whose_rights_are_narrowed_sees_no_more) {
    auto const user =
        text_at(server.created("/api/users", R"({"Username":"bot","DisplayName":"Bot","IsService":true})"), "/Id");
    auto const project = text_at(server.json("/api/tasks/" + task), "/ProjectId");
    auto give = [&](std::string const& id) {
        server.give_rights(user, domain::Rights({{{domain::Permission::task_view}, "Spaces-1", {.projects = {id}}}}));
    };
    give(project);
    expect_cut(with("X-Octopus-ApiKey", key_of(user).plain), [&] { give("Projects-999"); });
}

TEST_F(AttackByWaiting, a15_a_tab_whose_user_signs_out_sees_no_more) {
    auto browser = Attack::browser_of(Attack::sign_in(server, "admin", "correct horse battery"));
    net::RawClient tab(server.port());
    tab.send("GET /api/live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: " +
             browser.session + "\r\n\r\n");
    ASSERT_TRUE(tab.read_until("\r\n\r\n"));
    auto const message = R"({"Subscribe":")" + task + R"("})";
    std::string frame{char(0x81), char(0x80 | message.size()), 0, 0, 0, 0}; // masked with zeros
    ASSERT_LT(message.size(), 126u);
    tab.send(frame + message);
    ASSERT_TRUE(tab.read_until("line 1.")) << tab.buffer();
    EXPECT_EQ(server.send("POST", "/api/users/logout", {}, browser.headers()).status, 200);
    auto rest = tab.read_all();
    EXPECT_EQ(rest.find("line 1200."), std::string::npos);
    EXPECT_EQ(rest.find("\"End\""), std::string::npos);
}

} // namespace stepwell::contract
