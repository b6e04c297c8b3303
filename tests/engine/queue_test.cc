#include "engine/house.h"

using namespace stepwell;
using engine::Queue;
using engine::Waiting;
using tests::House;

namespace {

Waiting waiting(std::int64_t number, engine::Tags tags = {}) {
    return {number, "ServerTasks-" + std::to_string(number), "Spaces-1", std::move(tags), {}, {}};
}
base::Time at(std::int64_t second) { return base::Time(std::chrono::seconds(second)); }

} // namespace

TEST(Queue, gives_out_no_more_slots_than_there_are) {
    int freed = 0;
    Queue queue(2, [&] { ++freed; });
    auto first = queue.try_begin(waiting(1), at(0)), second = queue.try_begin(waiting(2), at(0));
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(queue.try_begin(waiting(3), at(0)));
    queue.wait(waiting(3));
    EXPECT_EQ(queue.find_wait_reason("ServerTasks-3", at(0)).task_ids.size(), 2u);
    EXPECT_FALSE(queue.begin_next(at(0)));
    first = {};
    EXPECT_EQ(freed, 1);
    EXPECT_EQ(queue.begin_next(at(0))->task.task_id, "ServerTasks-3");
}

TEST(Queue, takes_a_slot_back_with_whatever_held_it) {
    Queue queue(1);
    {
        auto slot = queue.try_begin(waiting(1), at(0));
        auto moved = std::move(slot);
        EXPECT_EQ(queue.running(), 1u);
    }
    EXPECT_EQ(queue.running(), 0u);
    try {
        auto slot = queue.try_begin(waiting(2), at(0));
        throw 1;
    } catch (int) {
    }
    EXPECT_EQ(queue.running(), 0u);
}

TEST(Queue, lets_nobody_overtake) {
    Queue queue(1);
    auto slot = queue.try_begin(waiting(1), at(0));
    queue.wait(waiting(2));
    slot = {};
    EXPECT_FALSE(queue.try_begin(waiting(3), at(0))) << "2 was first";
    EXPECT_EQ(queue.begin_next(at(0))->task.task_id, "ServerTasks-2");
}

TEST(Queue, keeps_those_of_one_tag_apart_and_lets_others_pass) {
    Queue queue(4);
    auto slot = queue.try_begin(waiting(1, {"a"}), at(0));
    EXPECT_FALSE(queue.try_begin(waiting(2, {"a"}), at(0)));
    queue.wait(waiting(2, {"a"}));
    auto other = queue.try_begin(waiting(3, {"b"}), at(0));
    EXPECT_TRUE(slot && other);
    EXPECT_NE(queue.find_wait_reason("ServerTasks-2", at(0)).reason.find("at a time"), std::string::npos);
    slot = {};
    EXPECT_EQ(queue.begin_next(at(0))->task.task_id, "ServerTasks-2");
}

TEST(Queue, keeps_those_apart_that_share_any_of_their_tags) {
    Queue queue(4);
    auto slot = queue.try_begin(waiting(1, {"a", "x"}), at(0));
    EXPECT_FALSE(queue.try_begin(waiting(2, {"a", "b"}), at(0)));
    queue.wait(waiting(2, {"a", "b"}));
    queue.wait(waiting(3, {"b"}));
    EXPECT_FALSE(queue.begin_next(at(0))) << "3 would let 2 wait for ever";
    slot = {};
    auto second = queue.begin_next(at(0));
    EXPECT_EQ(second->task.task_id, "ServerTasks-2");
    EXPECT_FALSE(queue.begin_next(at(0)));
    EXPECT_EQ(queue.find_wait_reason("ServerTasks-3", at(0)).task_ids, std::vector<std::string>{"ServerTasks-2"});
    second->slot = {};
    EXPECT_EQ(queue.begin_next(at(0))->task.task_id, "ServerTasks-3");
}

TEST(Queue, keeps_tags_one_a_line_and_no_blank_one) {
    EXPECT_EQ(engine::join_tags({" ", "a\nb ", "c"}), "a b\nc");
    EXPECT_EQ(engine::split_tags("a b\nc"), (engine::Tags{"a b", "c"}));
    EXPECT_TRUE(engine::split_tags(engine::join_tags({"", "\n"})).empty());
}

TEST(Queue, begins_nothing_that_has_expired) {
    Queue queue(2);
    auto late = waiting(1);
    late.expires = at(10);
    EXPECT_FALSE(queue.try_begin(late, at(10)));
    queue.wait(late);
    queue.wait(waiting(2));
    EXPECT_EQ(queue.begin_next(at(10))->task.task_id, "ServerTasks-2");
    EXPECT_FALSE(queue.begin_next(at(10)));
    EXPECT_EQ(queue.take_expired(at(10)).size(), 1u);
}

TEST(Queue, waits_for_the_time_and_forgets_what_expired) {
    Queue queue(1);
    auto later = waiting(1);
    later.not_before = at(10);
    later.expires = at(20);
    EXPECT_FALSE(queue.try_begin(later, at(0)));
    queue.wait(later);
    EXPECT_FALSE(queue.begin_next(at(9)));
    EXPECT_EQ(queue.next_change(at(9)), at(10));
    EXPECT_EQ(queue.next_change(at(10)), at(20)) << "what has passed changes nothing any more";
    EXPECT_TRUE(queue.begin_next(at(10)));
    queue.wait(later);
    EXPECT_TRUE(queue.take_expired(at(19)).empty());
    EXPECT_EQ(queue.take_expired(at(20)).size(), 1u);
    EXPECT_FALSE(queue.begin_next(at(20)));
}

TEST(Queue, of_a_stopped_space_stands_still) {
    Queue queue(1);
    queue.set_space_stopped("Spaces-1", true);
    EXPECT_FALSE(queue.try_begin(waiting(1), at(0)));
    queue.wait(waiting(1));
    EXPECT_FALSE(queue.begin_next(at(0)));
    queue.set_space_stopped("Spaces-1", false);
    EXPECT_TRUE(queue.begin_next(at(0)));
}

TEST(Engine, runs_more_tasks_than_slots_one_after_the_other) {
    House house(2);
    auto environment = house.environment();
    auto runbook = house.runbook({{"Short", "sleep 0.1"}});
    std::vector<std::string> tasks;
    for (int i = 0; i < 8; ++i) tasks.push_back(house.run(runbook, {environment}));
    EXPECT_LE(house.engine->running(), 2u);
    for (auto const& task : tasks) EXPECT_EQ(house.wait(task).state, domain::TaskState::success);
}

TEST(Engine, cancels_a_waiting_task_at_once) {
    House house(1);
    auto environment = house.environment();
    auto slow = house.run(house.runbook({{"Slow", "echo begun; sleep 300"}}), {environment});
    auto next = house.run(house.runbook({{"Next", "echo"}}), {environment});
    EXPECT_EQ(house.task(next).state, domain::TaskState::queued);
    EXPECT_EQ(operations::queued_behind(*house.store, *house.engine, next).tasks.at(0).id, slow);
    operations::cancel_task(*house.store, *house.engine, domain::system_caller(), next);
    EXPECT_EQ(house.wait(next).state, domain::TaskState::canceled);
    EXPECT_TRUE(house.attempts(next).empty());
    operations::cancel_task(*house.store, *house.engine, domain::system_caller(), slow);
    EXPECT_EQ(house.wait(slow).state, domain::TaskState::canceled);
}

TEST(Engine, ends_a_whole_tree_on_cancel) {
    House house;
    auto mark = house.folder() + "/alive";
    auto task = house.run(house.runbook({{"Stubborn",
                                          "trap '' TERM; (setsid bash -c 'trap \"\" TERM; while :; do date +%s%N > " +
                                              mark + "; sleep 0.05; done' &) ; echo begun; while :; do sleep 1; done",
                                          "Success",
                                          "Bash",
                                          "Octopus.Script",
                                          {}}}),
                          {house.environment()});
    house.wait_for_text(task, "begun");
    operations::cancel_task(*house.store, *house.engine, domain::system_caller(), task);
    EXPECT_EQ(house.wait(task).state, domain::TaskState::canceled);
    auto before = base::read_file(mark);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_EQ(before, base::read_file(mark)) << "something still writes";
}

namespace {

void expect_refused(House& house, std::string const& runbook, std::vector<std::string> environments,
                    domain::RunbookRun options, std::string const& word) {
    try {
        house.run(runbook, std::move(environments), std::move(options));
        FAIL() << "it ran without " << word;
    } catch (base::Error const& error) {
        EXPECT_EQ(error.kind(), base::Kind::invalid);
        EXPECT_NE(error.message().find(word), std::string::npos) << error.message();
    }
}

} // namespace

TEST(Engine, refuses_a_run_that_asks_for_what_there_is_not) {
    House house;
    auto environment = house.environment();
    auto runbook = house.runbook(
        {{"Only", "echo"}}, R"([{"Name":"Pin","Type":"Sensitive","IsSensitive":true,"Prompt":{"Required":false}}])");
    domain::RunbookRun skip, machine, late, pins;
    skip.skip_actions = {"zz"};
    machine.specific_machines = {"zz"};
    late.queue_time_expiry = at(1);
    pins.form_values.items = {{"pins", "secret"}};
    expect_refused(house, runbook, {environment}, skip, "'zz'");
    expect_refused(house, runbook, {environment}, machine, "'zz'");
    expect_refused(house, runbook, {environment}, late, "past");
    expect_refused(house, runbook, {environment}, pins, "FormValues.pins");
    auto task = house.run(runbook, {environment, environment, "test"});
    EXPECT_EQ(house.wait(task).state, domain::TaskState::success);
    house.store->read([&](store::Session& session) { EXPECT_EQ(store::list_tasks(session, {}).total, 1); });
}
