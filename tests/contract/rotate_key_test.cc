// Rotation of the key while the server works and a script runs.
#include "workshop.h"

#include "apps/control.h"
#include "base/error.h"
#include "base/files.h"

#include <atomic>
#include <filesystem>
#include <thread>

namespace stepwell::contract {
namespace {

class RotateKey : public Workshop {
protected:
    std::string const data = server.folder() + "/data";
    std::string const dev = environment("Dev"), shop = project("Shop"), book = runbook(shop, "Restart");

    std::string start() {
        return text_at(server.created(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})"),
                       "/0/TaskId");
    }
    bool waits_for(std::function<bool()> const& reached) {
        for (int i = 0; i < 1500; ++i) {
            if (reached()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return false;
    }
    std::string log_of(std::string const& task) { return server.get("/api/tasks/" + task + "/raw").body; }
    bool is_over(std::string const& task) {
        return at(server.json("/api/tasks/" + task), "/IsCompleted") == Json(true);
    }
    bool is_told() {
        return server.get("/api/events?eventCategories=KeyRotationFinished").body.find("sealed with") !=
               std::string::npos;
    }
};

TEST_F(RotateKey, goes_on_beside_a_run) {
    auto gate = server.folder() + "/gate";
    set_variables(shop, R"({"Name":"Password","Value":"hunter2hunter2","IsSensitive":true})");
    set_steps(book,
              step("Make", "echo begun; while [ ! -e " + gate + " ]; do sleep 0.05; done; " +
                               R"(set_octopusvariable Token of-the-former-key -sensitive)") +
                  "," +
                  step("Use",
                       R"([ \"$(get_octopusvariable Octopus.Action[Make].Output.Token)\" = of-the-former-key ] && )"
                       R"([ \"$(get_octopusvariable Password)\" = hunter2hunter2 ] && echo both are there)"));
    snapshot(book, "One", true);
    auto task = start();
    ASSERT_TRUE(waits_for([&] { return log_of(task).find("begun") != std::string::npos; })) << log_of(task);
    auto former = base::read_file(data + "/key").value();
    std::vector<std::string> told;
    apps::rotate_key(data, [&](std::string const& line) { told.push_back(line); });
    EXPECT_NE(base::read_file(data + "/key").value(), former);
    ASSERT_FALSE(told.empty());
    EXPECT_NE(told.back().find("1 running script."), std::string::npos) << told.back();
    EXPECT_FALSE(is_told());
    base::replace_file(gate, "");
    ASSERT_TRUE(waits_for([&] { return is_over(task); }));
    EXPECT_NE(log_of(task).find("both are there"), std::string::npos) << log_of(task);
    ASSERT_TRUE(waits_for([&] { return is_told(); })) << "the server finishes by itself";

    std::filesystem::remove_all(data + "/former-keys");
    server.restart();
    auto again = start();
    ASSERT_TRUE(waits_for([&] { return is_over(again); }));
    EXPECT_NE(log_of(again).find("both are there"), std::string::npos) << log_of(again);
}

// A check may take minutes. Other commands do not wait for its end.
TEST_F(RotateKey, does_not_wait_for_a_check) {
    std::atomic<int> good = 0, refused = 0, others = 0;
    for (int round = 0; round < 50 && refused == 0; ++round) {
        std::vector<std::jthread> askers;
        for (int i = 0; i < 6; ++i)
            askers.emplace_back([&] {
                try {
                    apps::check_data(data, [](std::string const&) {});
                    ++good;
                } catch (base::Error const& error) {
                    auto said = error.message().find("Another check is running") != std::string::npos;
                    ++(said ? refused : others);
                }
            });
        EXPECT_NO_THROW(apps::rotate_key(data, [](std::string const&) {}));
    }
    EXPECT_GT(good, 0);
    EXPECT_GT(refused, 0);
    EXPECT_EQ(others, 0);
    EXPECT_NO_THROW(apps::check_data(data, [](std::string const&) {})) << "twin: when it has ended, the next one runs";
}

TEST_F(RotateKey, can_be_done_again_and_refuses_what_is_no_installation) {
    for (int i = 0; i < 2; ++i) {
        std::vector<std::string> told;
        apps::rotate_key(data, [&](std::string const& line) { told.push_back(line); });
        EXPECT_NE(told.back().find("Everything is sealed"), std::string::npos);
    }
    EXPECT_THROW(apps::rotate_key(server.folder() + "/nothing", [](std::string const&) {}), base::Error);
    EXPECT_FALSE(std::filesystem::exists(server.folder() + "/nothing"));
}

} // namespace
} // namespace stepwell::contract
