// Runs whose actions have several attempts: on several targets, and with several tries.
#include "engine/house.h"
#include "operations/follow_task.h"
#include "operations/read_activity.h"

#include <random>
#include <set>

namespace stepwell::engine {

using domain::AttemptState;
using domain::TaskState;
using tests::House;

namespace {

// Every action runs on `targets` targets, all on the local worker, with up to `tries` tries.
Placement placement_of(int targets, int tries = 1) {
    Placement placement;
    placement.targets = [targets](domain::PlannedAction const&) {
        std::vector<domain::Target> all;
        for (int i = 1; i <= targets; ++i) all.push_back({"Machines-" + std::to_string(i), "web-" + std::to_string(i)});
        return all;
    };
    placement.max_tries = [tries](domain::PlannedAction const&) { return tries; };
    return placement;
}

struct AttemptsHouse : House {
    explicit AttemptsHouse(int targets, int tries = 1) : House(64, {}, placement_of(targets, tries)) {
        std::filesystem::create_directory(truth());
    }
    std::string truth() const { return folder() + "/truth"; }
    // Returns everything that a viewer receives from a cursor on, and the cursor after each part.
    std::vector<operations::Printed> follow(std::string const& task, operations::Cursor from = {}) {
        operations::Follower follower(*store, *engine, task, std::move(from));
        std::vector<operations::Printed> all;
        for (;;) {
            auto seen = engine->watchers().seen(task);
            auto news = follower.next();
            for (auto& printed : news.printed) all.push_back(std::move(printed));
            if (news.over) return all;
            if (news.empty()) engine->watchers().wait_for(task, seen, std::chrono::milliseconds(200));
        }
    }
};

// Returns the output of each attempt, by its number.
std::map<std::int64_t, std::string> texts_of(std::vector<operations::Printed> const& all) {
    std::map<std::int64_t, std::string> texts;
    for (auto const& printed : all) texts[printed.attempt] += printed.bytes;
    return texts;
}

} // namespace

TEST(Attempts, of_a_step_run_at_the_same_time) {
    AttemptsHouse house(3);
    auto meet =
        "touch " + house.truth() + "/$$; while [ $(ls " + house.truth() + " | wc -l) -lt 3 ]; do sleep 0.02; done; ";
    auto task = house.run(
        house.runbook(
            {{"All", meet + "echo met; set_octopusvariable Pid $$"},
             {"After", "get_octopusvariable 'Octopus.Action[All].Output[web-2].Pid'; echo; get_octopusvariable "
                       "'Octopus.Action[All].Output[web-1].Pid'; echo"}}),
        {house.environment()});
    EXPECT_EQ(house.wait(task).state, TaskState::success) << house.log(task);
    auto attempts = house.attempts(task);
    ASSERT_EQ(attempts.size(), 6u);
    std::set<std::string> tickets;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        EXPECT_EQ(attempts[i].key, (domain::AttemptKey{i / 3, "Machines-" + std::to_string(i % 3 + 1), 1}));
        EXPECT_EQ(attempts[i].machine, "web-" + std::to_string(i % 3 + 1));
        EXPECT_EQ(attempts[i].number, std::int64_t(i) + 1);
        EXPECT_EQ(attempts[i].worker, local_worker_id);
        tickets.insert(attempts[i].ticket);
    }
    EXPECT_EQ(tickets.size(), 6u);
    auto second = house.output(task, 3);
    EXPECT_EQ(second, house.output(task, 4)) << "all targets read the same values";
    auto lines = base::split(second, '\n');
    EXPECT_NE(lines.at(0), lines.at(1)) << "each target has its own";
}

TEST(Attempts, show_where_they_ran) {
    AttemptsHouse house(2);
    auto task = house.run(house.runbook({{"Say", "echo hello"}}), {house.environment()});
    house.wait(task);
    auto log = house.log(task);
    EXPECT_NE(log.find("== Step 1: Say on web-1 =="), log.npos) << log;
    EXPECT_NE(log.find("== Step 1: Say on web-2 =="), log.npos) << log;
    auto root = operations::read_activity(*house.store, *house.engine, house.task(task), {});
    ASSERT_EQ(root.children.at(0).children.size(), 2u);
    EXPECT_EQ(root.children[0].name, "Step 1: Say");
    EXPECT_EQ(root.children[0].status, "Success");
    EXPECT_EQ(root.children[0].children[0].name, "Run a Script on web-1");
    EXPECT_EQ(root.children[0].children[1].name, "Run a Script on web-2");
    EXPECT_EQ(root.children[0].children[1].lines.at(0).text, "hello");
    for (auto const& printed : house.follow(task)) EXPECT_EQ(printed.target, "web-" + std::to_string(printed.attempt));
}

TEST(Attempts, fail_their_step_if_one_fails) {
    AttemptsHouse house(3);
    auto once = "[ -e " + house.truth() + "/x ] || { mkdir " + house.truth() + "/x && exit 3; }; sleep 0.3";
    auto task = house.run(house.runbook({{"Some", once}, {"After", "echo no"}}), {house.environment()});
    auto ended = house.wait(task);
    EXPECT_EQ(ended.state, TaskState::failed);
    EXPECT_TRUE(ended.error.starts_with("Step 1 'Some' on 'web-")) << ended.error;
    EXPECT_TRUE(ended.error.ends_with("' failed: exit code 3")) << ended.error;
    EXPECT_EQ(house.attempts(task).size(), 4u) << "the second step is skipped, once";
}

TEST(Attempts, are_repeated_where_they_failed) {
    AttemptsHouse house(2, 3);
    // Fails once, on the first target.
    auto body = "echo run; if mkdir " + house.truth() + "/first 2>/dev/null; then exit 1; fi; sleep 0.2";
    auto task = house.run(house.runbook({{"Some", body}}), {house.environment()});
    EXPECT_EQ(house.wait(task).state, TaskState::success) << house.log(task);
    auto attempts = house.attempts(task);
    ASSERT_EQ(attempts.size(), 3u) << house.log(task);
    auto second = std::ranges::find(attempts, 2, [](auto const& attempt) { return attempt.key.number; });
    ASSERT_NE(second, attempts.end());
    EXPECT_EQ(std::prev(second)->key.target, second->key.target);
    EXPECT_NE(second->decision.find("try 2 of 3, after: exit code 1"), std::string::npos) << second->decision;
    EXPECT_NE(house.log(task).find(", try 2 =="), std::string::npos) << house.log(task);
}

TEST(Attempts, are_all_canceled) {
    AttemptsHouse house(3, 2);
    auto task = house.run(house.runbook({{"Wait", "echo waiting; sleep 60"}}), {house.environment()});
    house.wait_for_text(task, "waiting");
    operations::cancel_task(*house.store, *house.engine, domain::system_caller(), task);
    EXPECT_EQ(house.wait(task).state, TaskState::canceled);
    auto attempts = house.attempts(task);
    EXPECT_EQ(attempts.size(), 3u);
    for (auto const& attempt : attempts) EXPECT_EQ(attempt.verdict, domain::VerdictKind::canceled);
    EXPECT_EQ(house.wait_for_free_slots(), 0u);
}

// Several attempts print at the same time, slowly enough to be committed in many chunks. A viewer may resume at any
// cursor, before and after the chunks are merged.
TEST(Attempts, are_followed_from_any_point) {
    AttemptsHouse house(3);
    auto task = house.run(
        house.runbook({{"Print", "for i in 1 2 3 4 5 6; do echo line $i of $$; sleep 0.25; done; printf end"}}),
        {house.environment()});
    auto live = house.follow(task);
    auto const all = texts_of(live);
    ASSERT_EQ(all.size(), 3u);
    for (auto const& [attempt, text] : all) EXPECT_EQ(text, house.output(task, attempt - 1));
    EXPECT_EQ(texts_of(house.follow(task)), all);
    std::map<std::int64_t, std::string> seen;
    for (auto const& printed : live) {
        seen[printed.attempt] += printed.bytes;
        auto from = operations::parse_cursor(printed.next);
        ASSERT_TRUE(from) << printed.next;
        EXPECT_EQ(operations::to_text(*from), printed.next);
        auto joined = seen;
        for (auto const& [attempt, text] : texts_of(house.follow(task, *from))) joined[attempt] += text;
        EXPECT_EQ(joined, all) << "from " << printed.next;
    }
}

// Every script appends to a file of its own. The engine's reports must agree with these files.
TEST(Attempts, survive_restarts_at_any_point) {
    AttemptsHouse house(3, 2);
    auto body = "mktemp -p " + house.truth() +
                " > /dev/null; for i in 1 2 3 4; do echo $i; sleep 0.1; done; exit $((RANDOM % 4 == 0))";
    auto runbook = house.runbook({{"One", body}, {"Two", body, "Always"}});
    auto environment = house.environment();
    std::vector<std::string> tasks;
    std::mt19937 random(7);
    for (int i = 0; i < 8; ++i) {
        tasks.push_back(house.run(runbook, {environment}));
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 150));
        house.restart();
    }
    std::size_t count = 0;
    for (auto const& task : tasks) {
        EXPECT_TRUE(is_over(house.wait(task).state));
        for (auto const& attempt : house.attempts(task)) {
            EXPECT_EQ(attempt.state, AttemptState::ended);
            EXPECT_EQ(attempt.ending, domain::AttemptEnding::exited) << attempt.reason;
            operations::StepOutput bytes(*house.engine, attempt);
            std::string text;
            while (auto part = bytes.next()) text += *part;
            EXPECT_EQ(text, "1\n2\n3\n4\n");
            ++count;
        }
    }
    auto files = std::distance(std::filesystem::directory_iterator(house.truth()), {});
    EXPECT_EQ(std::size_t(files), count) << "each attempt ran once";
    EXPECT_EQ(house.wait_for_free_slots(), 0u);
}

} // namespace stepwell::engine
