#include "domain/task_machine.h"

#include "samples.h"

#include <gtest/gtest.h>

namespace stepwell::domain {
namespace {

using namespace samples;
using Names = std::vector<std::string>;

// Formats a key: "1"; "1 on web" for a target; "1 on web again 2" for its second try.
std::string shown(AttemptKey const& key) {
    return std::to_string(key.action) + (key.target.empty() ? "" : " on " + key.target) +
           (key.number == 1 ? "" : " again " + std::to_string(key.number));
}

// Formats a command, such as "dispatch 1" or "finish Failed: Step …".
std::string shown(TaskCommand const& command) {
    if (auto c = std::get_if<Dispatch>(&command)) return "dispatch " + shown(c->key);
    if (auto c = std::get_if<RecordSkip>(&command)) return "skip " + std::to_string(c->action);
    if (auto c = std::get_if<RecordFailure>(&command)) return "refuse " + std::to_string(c->action);
    if (auto c = std::get_if<CancelAttempt>(&command)) return "cancel " + shown(c->key);
    if (std::holds_alternative<GoOn>(command)) return "go on";
    auto const& c = std::get<Finish>(command);
    return "finish " + std::string(schema::name_of(c.state)) + (c.warnings ? " with warnings" : "") +
           (c.error.empty() ? "" : ": " + c.error);
}

Names shown(Transition const& transition) {
    Names all;
    for (auto const& command : transition.commands) all.push_back(shown(command));
    return all;
}

// A task of a process that receives events one by one.
class Task {
public:
    explicit Task(std::vector<Step> steps) : content_(content_of(std::move(steps))), input_(input_of(content_)) {}

    Names feed(TaskEvent const& event) {
        auto transition = advance(progress, event, input_);
        progress = transition.next;
        return shown(transition);
    }
    Names end(VerdictKind kind, std::string message = {}) {
        return feed(AttemptEnded{progress.running.begin()->first, {kind, std::move(message), {}, false}});
    }
    Names end_on(std::string target, int number, VerdictKind kind, std::string message = {}) {
        return feed(AttemptEnded{{0, target, number}, {kind, std::move(message), {}, false, target}});
    }
    PlanInput& input() { return input_; }

    TaskProgress progress;

private:
    SnapshotContent content_;
    PlanInput input_;
};

TEST(TaskMachine, decides_a_long_process_in_short_transitions) {
    std::vector<Step> steps;
    for (int i = 0; i < 150; ++i) {
        auto action = bash("s" + std::to_string(i));
        action.is_disabled = true;
        steps.push_back(step_of({std::move(action)}));
    }
    Task task(std::move(steps));
    std::size_t skipped = 0;
    for (auto rest : {std::string("go on"), std::string("go on"), std::string("finish Success")}) {
        auto commands = task.feed(SlotGranted{});
        EXPECT_EQ(commands.back(), rest);
        EXPECT_LE(commands.size(), 65u);
        skipped += commands.size() - 1;
    }
    EXPECT_EQ(skipped, 150u);
}

TEST(TaskMachine, has_the_states_of_the_wire_by_name) {
    for (auto [state, name] : {std::pair{TaskState::queued, "Queued"},
                               {TaskState::executing, "Executing"},
                               {TaskState::failed, "Failed"},
                               {TaskState::canceled, "Canceled"},
                               {TaskState::timed_out, "TimedOut"},
                               {TaskState::success, "Success"},
                               {TaskState::cancelling, "Cancelling"}})
        EXPECT_EQ(schema::name_of(state), name);
}

TEST(TaskMachine, runs_one_step_after_the_other) {
    Task task({step("a"), step("b")});
    EXPECT_EQ(task.feed(SlotGranted{}), Names{"dispatch 0"});
    EXPECT_EQ(task.progress.state, TaskState::executing);
    EXPECT_EQ(task.feed(AttemptStarted{{0}}), Names{});
    EXPECT_TRUE(task.progress.running.at({0}));
    EXPECT_EQ(task.end(VerdictKind::succeeded), Names{"dispatch 1"});
    EXPECT_FALSE(task.progress.running.at({1}));
    EXPECT_EQ(task.end(VerdictKind::succeeded), Names{"finish Success"});
    EXPECT_EQ(task.progress.state, TaskState::success);
}

TEST(TaskMachine, succeeds_at_once_without_steps) { EXPECT_EQ(Task({}).feed(SlotGranted{}), Names{"finish Success"}); }

TEST(TaskMachine, decides_what_is_left_after_a_failure) {
    Task task({step("a"), step("b"), step("c", StepCondition::failure), step("d"), step("e", StepCondition::always)});
    task.feed(SlotGranted{});
    EXPECT_EQ(task.end(VerdictKind::failed, "exit code 3"), (Names{"skip 1", "dispatch 2"}));
    EXPECT_EQ(task.end(VerdictKind::succeeded), (Names{"skip 3", "dispatch 4"}));
    EXPECT_EQ(task.end(VerdictKind::succeeded), Names{"finish Failed: Step 1 'a' failed: exit code 3"});
}

TEST(TaskMachine, goes_on_in_the_same_transition_after_a_step_that_cannot_run) {
    Task task({step("a"), step_of({unknown_type("b")}), step("c"), step("d", StepCondition::always)});
    task.feed(SlotGranted{});
    EXPECT_EQ(task.end(VerdictKind::succeeded), (Names{"refuse 1", "skip 2", "dispatch 3"}));
    EXPECT_EQ(task.end(VerdictKind::succeeded),
              Names{"finish Failed: Step 2 'b' cannot run: the action type 'Octopus.Moon' is not supported"});
}

TEST(TaskMachine, ends_as_each_verdict_says) {
    struct Case {
        VerdictKind kind;
        std::string_view message, finish;
    };
    Case const cases[] = {
        {VerdictKind::succeeded, "", "finish Success"},
        {VerdictKind::failed, "exit code 3", "finish Failed: Step 2 'Back up' failed: exit code 3"},
        {VerdictKind::timed_out, "limit of 5 minutes", "finish Failed: Step 2 'Back up' timed out: limit of 5 minutes"},
        {VerdictKind::canceled, "", "finish Canceled"},
        {VerdictKind::never_started, "no bash", "finish Failed: Step 2 'Back up' could not be started: no bash"},
        {VerdictKind::unknown, "supervisor lost",
         "finish Failed: The outcome of step 2 'Back up' is unknown: supervisor lost"},
    };
    for (auto const& [kind, message, finish] : cases) {
        Task task({step("a"), step("Back up")});
        task.feed(SlotGranted{});
        task.end(VerdictKind::succeeded);
        EXPECT_EQ(task.end(kind, std::string(message)), Names{std::string(finish)});
    }
}

TEST(TaskMachine, names_child_steps_by_both_numbers) {
    Task task({step_of({bash("a"), bash("b")})});
    task.feed(SlotGranted{});
    task.end(VerdictKind::succeeded);
    EXPECT_EQ(task.end(VerdictKind::failed), Names{"finish Failed: Step 1.2 'b' failed"});
}

TEST(TaskMachine, tells_the_first_of_several_failures) {
    Task task({step("a"), step("b", StepCondition::always)});
    task.feed(SlotGranted{});
    task.end(VerdictKind::failed, "exit code 1");
    EXPECT_EQ(task.end(VerdictKind::unknown, "supervisor lost"),
              Names{"finish Failed: Step 1 'a' failed: exit code 1"});
}

TEST(TaskMachine, hands_outputs_and_warnings_on) {
    Task task({step("a"), step("b")});
    task.feed(SlotGranted{});
    task.feed(AttemptEnded{{0}, {VerdictKind::succeeded, {}, {{"File", "/x", false, {}}}, true}});
    EXPECT_EQ(task.progress.outcomes[0].outputs[0].value, "/x");
    EXPECT_EQ(task.end(VerdictKind::succeeded), Names{"finish Success with warnings"});
}

TEST(TaskMachine, cancels_a_waiting_task_at_once) {
    Task task({step("a")});
    EXPECT_EQ(task.feed(CancelRequested{"ann"}), Names{"finish Canceled"});
    EXPECT_EQ(task.progress.canceled_by, "ann");
}

TEST(TaskMachine, cancels_a_running_task_when_its_step_has_ended_however_it_ended) {
    for (std::size_t kind = 0; kind < verdict_kinds.size(); ++kind) {
        Task task({step("a"), step("b", StepCondition::always)});
        task.feed(SlotGranted{});
        EXPECT_EQ(task.feed(CancelRequested{"ann"}), Names{"cancel 0"});
        EXPECT_EQ(task.progress.state, TaskState::cancelling);
        EXPECT_EQ(task.feed(CancelRequested{"bob"}), Names{});
        auto commands = task.end(VerdictKind(kind));
        ASSERT_EQ(commands.size(), 1u);
        EXPECT_TRUE(commands[0].starts_with("finish Canceled")) << commands[0];
        EXPECT_EQ(task.progress.state, TaskState::canceled);
        EXPECT_EQ(task.progress.canceled_by, "ann");
    }
}

TEST(TaskMachine, says_what_is_unknown_of_a_canceled_task) {
    Task task({step("a")});
    task.feed(SlotGranted{});
    task.feed(CancelRequested{"ann"});
    EXPECT_EQ(task.end(VerdictKind::unknown, "supervisor lost"),
              Names{"finish Canceled: The outcome of step 1 'a' is unknown: supervisor lost"});
}

TEST(TaskMachine, gives_up_a_task_that_waited_too_long_but_no_running_one) {
    Task waiting({step("a")});
    EXPECT_TRUE(waiting.feed(QueueTimeExpired{})[0].starts_with("finish TimedOut"));
    Task running({step("a")});
    running.feed(SlotGranted{});
    EXPECT_EQ(running.feed(QueueTimeExpired{}), Names{});
    EXPECT_EQ(running.progress.state, TaskState::executing);
}

// Every event in every state: the next state and the commands.
TEST(TaskMachine, answers_every_event_in_every_state) {
    auto const in_state = [](TaskState state) {
        TaskProgress made;
        made.state = state;
        if (state == TaskState::queued) return made;
        made.next = 1;
        if (state == TaskState::executing || state == TaskState::cancelling)
            made.running[{0}] = false;
        else
            made.outcomes = {{0, OutcomeState::succeeded, "", {}}};
        return made;
    };
    AttemptEnded const ended{{0}, {VerdictKind::succeeded, {}, {}, false}};
    std::pair<std::string_view, TaskEvent> const events[] = {
        {"slot", SlotGranted{}},
        {"expired", QueueTimeExpired{}},
        {"started", AttemptStarted{{0}}},
        {"ended", ended},
        {"cancel", CancelRequested{"x"}},
        {"other started", AttemptStarted{{1}}},
        {"other ended", AttemptEnded{{1}, {}}},
    };
    std::map<std::string, std::string> const table{
        {"Queued slot", "Executing dispatch 0"},       {"Queued expired", "TimedOut finish TimedOut"},
        {"Queued cancel", "Canceled finish Canceled"}, {"Executing ended", "Success finish Success"},
        {"Executing cancel", "Cancelling cancel 0"},   {"Cancelling ended", "Canceled finish Canceled"},
    };
    auto content = content_of({step("a")});
    auto input = input_of(content);
    for (std::size_t s = 0; s < task_states.size(); ++s)
        for (auto const& [name, event] : events) {
            auto const before = in_state(TaskState(s));
            auto after = advance(before, event, input);
            auto key = std::string(task_states[s]) + ' ' + std::string(name);
            auto row = table.find(key);
            if (row == table.end()) {
                EXPECT_TRUE(after.commands.empty()) << key;
                EXPECT_EQ(after.next.state, before.state) << key;
                auto same = after.next;
                same.running = before.running; // "started" of a running attempt only notes that
                EXPECT_EQ(same, before) << key;
                continue;
            }
            ASSERT_EQ(after.commands.size(), 1u) << key;
            auto said = std::string(schema::name_of(after.next.state)) + ' ' + shown(after.commands[0]);
            EXPECT_TRUE(said.starts_with(row->second)) << key << ": " << said;
        }
}

TEST(TaskMachine, takes_up_what_was_recorded) {
    std::vector<Step> steps{step("a"), step("b"), step_of({unknown_type("c")}), step("d", StepCondition::always)};
    Task task(steps);
    using State = AttemptState;
    Decision refused;
    refused.fails = "the action type 'Octopus.Moon' is not supported";
    std::vector<RecordedAttempt> recorded{
        {{2}, State::refused, {}, refused},
        {{0}, State::ended, {VerdictKind::succeeded, {}, {{"x", "1", true, {}}}, true}, {}},
        {{3}, State::running, {}, {}},
        {{1}, State::skipped, {}, {}}};
    task.progress = resume(task.input(), TaskState::executing, "", recorded);
    EXPECT_EQ(task.progress.running, (std::map<AttemptKey, bool>{{{3}, false}}));
    EXPECT_EQ(task.progress.next, 4u);
    EXPECT_EQ(task.progress.outcomes.size(), 3u);
    EXPECT_EQ(task.progress.outcomes[0].outputs[0].name, "x");
    EXPECT_EQ(task.feed(SlotGranted{}), Names{}); // it is running already
    EXPECT_EQ(task.end(VerdictKind::succeeded), Names{"finish Failed with warnings: Step 3 'c' cannot run: the action "
                                                      "type 'Octopus.Moon' is not supported"});
}

TEST(TaskMachine, goes_on_after_a_restart_between_two_steps) {
    Task task({step("a"), step("b")});
    task.progress = resume(task.input(), TaskState::executing, "", {{{0}, AttemptState::ended, {}, {}}});
    EXPECT_EQ(task.feed(SlotGranted{}), Names{"dispatch 1"});
    task.progress = resume(task.input(), TaskState::cancelling, "ann", {{{0}, AttemptState::ended, {}, {}}});
    EXPECT_EQ(task.feed(SlotGranted{}), Names{"finish Canceled"});
    task.progress = resume(task.input(), TaskState::executing, "", {{{0}, AttemptState::ended, {}, {}}});
    EXPECT_EQ(task.feed(CancelRequested{"ann"}), Names{"finish Canceled"});
}

TEST(TaskMachine, refuses_records_that_cannot_be) {
    Task task({step("a"), step("b")});
    using State = AttemptState;
    auto resume_with = [&](std::vector<RecordedAttempt> recorded) {
        resume(task.input(), TaskState::executing, "", recorded);
    };
    EXPECT_THROW(resume_with({{{1}, State::ended, {}, {}}}), base::Error);
    EXPECT_THROW(resume_with({{{0}, State::ended, {}, {}}, {{0}, State::ended, {}, {}}}), base::Error);
    EXPECT_THROW(resume_with({{{0}, State::running, {}, {}}, {{1}, State::running, {}, {}}}), base::Error);
    EXPECT_THROW(resume_with({{{0}, State::ended, {}, {}}, {{1}, State::ended, {}, {}}, {{2}, State::ended, {}, {}}}),
                 base::Error);
    EXPECT_THROW(resume_with({{{0, "a", 2}, State::ended, {}, {}}}), base::Error);
    EXPECT_THROW(resume_with({{{0}, State::skipped, {}, {}}, {{0, "a"}, State::ended, {}, {}}}), base::Error);
    EXPECT_THROW(resume_with({{{0}, State::running, {}, {}}, {{0, "", 2}, State::running, {}, {}}}), base::Error);
}

// --- several targets and tries --------------------------------------------------------------------------------

Task task_on_targets(std::vector<std::string> const& names, int tries = 1) {
    Task task({step("a"), step("b")});
    task.input().targets = [names](PlannedAction const& action) {
        std::vector<Target> targets;
        if (action.position == 0)
            for (auto const& name : names) targets.push_back({name, name});
        return targets;
    };
    task.input().max_tries = [tries](PlannedAction const&) { return tries; };
    return task;
}

TEST(TaskMachine, waits_for_all_targets_of_a_step) {
    auto task = task_on_targets({"x", "y", "z"});
    EXPECT_EQ(task.feed(SlotGranted{}), (Names{"dispatch 0 on x", "dispatch 0 on y", "dispatch 0 on z"}));
    EXPECT_EQ(task.end_on("y", 1, VerdictKind::succeeded), Names{});
    EXPECT_EQ(task.feed(SlotGranted{}), Names{});
    EXPECT_EQ(task.end_on("y", 1, VerdictKind::failed), Names{}) << "it has ended already";
    EXPECT_EQ(task.end_on("x", 1, VerdictKind::succeeded), Names{});
    EXPECT_EQ(task.end_on("z", 1, VerdictKind::succeeded), Names{"dispatch 1"});
    EXPECT_EQ(task.end(VerdictKind::succeeded), Names{"finish Success"});
}

TEST(TaskMachine, dispatches_to_a_target_once_however_often_it_is_listed) {
    auto task = task_on_targets({"x", "y", "x"});
    EXPECT_EQ(task.feed(SlotGranted{}), (Names{"dispatch 0 on x", "dispatch 0 on y"}));
}

TEST(TaskMachine, derives_the_outcome_of_a_step_from_all_targets) {
    auto task = task_on_targets({"x", "y", "z"});
    task.feed(SlotGranted{});
    task.end_on("z", 1, VerdictKind::failed, "exit code 3");
    task.end_on("x", 1, VerdictKind::unknown, "supervisor lost");
    EXPECT_EQ(task.end_on("y", 1, VerdictKind::succeeded),
              (Names{"skip 1", "finish Failed: The outcome of step 1 'a' on 'x' is unknown: supervisor lost (and on 1 "
                               "more target)"}));
    EXPECT_EQ(task.progress.outcomes[0].state, OutcomeState::failed);
    EXPECT_EQ(task.progress.outcomes[0].message, "exit code 3");
}

TEST(TaskMachine, cancels_every_running_attempt) {
    auto task = task_on_targets({"x", "y", "z"}, 3);
    task.feed(SlotGranted{});
    task.end_on("y", 1, VerdictKind::succeeded);
    EXPECT_EQ(task.feed(CancelRequested{"ann"}), (Names{"cancel 0 on x", "cancel 0 on z"}));
    EXPECT_EQ(task.end_on("x", 1, VerdictKind::failed), Names{}) << "no try follows a cancellation";
    auto commands = task.end_on("z", 1, VerdictKind::canceled);
    ASSERT_EQ(commands.size(), 1u);
    EXPECT_TRUE(commands[0].starts_with("finish Canceled")) << commands[0];
}

TEST(TaskMachine, tries_again_on_the_target_that_failed) {
    auto task = task_on_targets({"x", "y"}, 3);
    task.feed(SlotGranted{});
    EXPECT_EQ(task.end_on("x", 1, VerdictKind::failed, "exit code 1"), Names{"dispatch 0 on x again 2"});
    EXPECT_EQ(task.end_on("y", 1, VerdictKind::succeeded), Names{});
    EXPECT_EQ(task.end_on("x", 2, VerdictKind::timed_out), Names{"dispatch 0 on x again 3"});
    EXPECT_EQ(task.end_on("x", 3, VerdictKind::succeeded), Names{"dispatch 1"});
    EXPECT_EQ(task.end(VerdictKind::failed, "exit code 2"), Names{"dispatch 1 again 2"});
    EXPECT_EQ(task.end(VerdictKind::failed, "exit code 2"), Names{"dispatch 1 again 3"});
    EXPECT_EQ(task.end(VerdictKind::failed, "exit code 2"), Names{"finish Failed: Step 2 'b' failed: exit code 2"});
}

TEST(TaskMachine, never_repeats_what_may_have_done_its_work) {
    for (auto kind : {VerdictKind::unknown, VerdictKind::never_started, VerdictKind::canceled}) {
        auto task = task_on_targets({"x"}, 3);
        task.feed(SlotGranted{});
        for (auto const& command : task.end_on("x", 1, kind))
            EXPECT_FALSE(command.starts_with("dispatch 0")) << command;
    }
}

TEST(TaskMachine, takes_up_targets_and_tries) {
    auto task = task_on_targets({"x", "y"}, 2);
    using State = AttemptState;
    task.progress =
        resume(task.input(), TaskState::executing, "",
               {{{0, "y", 2}, State::dispatching, {}, {}},
                {{0, "x", 1}, State::ended, {VerdictKind::succeeded, {}, {{"v", "1", false, "x"}}, false, "x"}, {}},
                {{0, "y", 1}, State::ended, {VerdictKind::failed, "exit code 1", {}, false, "y"}, {}}});
    EXPECT_EQ(task.progress.running, (std::map<AttemptKey, bool>{{{0, "y", 2}, false}}));
    EXPECT_EQ(task.end_on("y", 2, VerdictKind::failed, "exit code 1"),
              (Names{"skip 1", "finish Failed: Step 1 'a' on 'y' failed: exit code 1"}));
    EXPECT_EQ(task.progress.outcomes[0].outputs.size(), 1u);
}

} // namespace
} // namespace stepwell::domain
