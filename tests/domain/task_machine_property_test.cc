// Invariants under random processes, random events in random order, and restarts in between.
#include "domain/task_machine.h"

#include "samples.h"

#include <gtest/gtest.h>

#include <random>

namespace stepwell::domain {
namespace {

using namespace samples;

class World {
public:
    explicit World(unsigned seed) : random_(seed), content_(random_content()), input_(input_of(content_)) {
        if (chance(3)) input_.options.skip_actions = {"s0"};
        if (chance(2))
            input_.targets = [count = 1 + pick(4)](PlannedAction const& action) {
                std::vector<Target> targets; // only for some actions
                if (action.position % 3 != 2)
                    for (unsigned n = 0; n < count; ++n) targets.push_back({"t" + std::to_string(n), "target"});
                return targets;
            };
        if (chance(2))
            input_.max_tries = [tries = int(1 + pick(3))](PlannedAction const& action) {
                return action.position % 2 == 0 ? tries : 1;
            };
    }

    void run() {
        for (int event = 0; event < 40 && !is_over(progress_.state); ++event) take(random_event());
        // After any events: if the task has a slot and all running attempts end, the task ends.
        constexpr std::size_t max_attempts_of_action = 4 * 3;
        for (auto left = (flatten(content_).size() + 1) * (max_attempts_of_action + 1);
             left > 0 && !is_over(progress_.state); --left) {
            take(SlotGranted{});
            if (!progress_.running.empty()) take(AttemptEnded{random_running(), random_verdict()});
        }
        ASSERT_TRUE(is_over(progress_.state));
        ASSERT_EQ(finished_, 1);
        if (progress_.state == TaskState::success || progress_.state == TaskState::failed)
            ASSERT_EQ(decided_, flatten(content_).size());
        for (int event = 0; event < 20; ++event) {
            auto const before = progress_;
            auto after = advance(before, random_event(), input_);
            ASSERT_EQ(after.next, before);
            ASSERT_TRUE(after.commands.empty());
        }
    }

private:
    unsigned pick(unsigned count) { return unsigned(random_() % count); }
    bool chance(unsigned one_in) { return pick(one_in) == 0; }

    SnapshotContent random_content() {
        std::vector<Step> steps;
        for (unsigned n = pick(6), left = 5; n > 0 && left > 0; --n) {
            std::vector<Action> actions;
            for (unsigned k = std::min(1 + (chance(4) ? pick(3) : 0), left); k > 0; --k, --left) {
                auto name =
                    's' + std::to_string(steps.size()) + (actions.empty() ? "" : "." + std::to_string(actions.size()));
                actions.push_back(chance(6) ? unknown_type(name) : bash(name));
                actions.back().is_disabled = chance(7);
                if (chance(8)) actions.back().excluded_environments = {{"Environments-1"}};
                actions.back().condition =
                    actions.size() > 1 && chance(3) ? ActionCondition::variable : ActionCondition::success;
                actions.back().properties.items.emplace_back("Octopus.Action.ConditionVariableExpression",
                                                             chance(2) ? "1" : "0");
            }
            steps.push_back(step_of(std::move(actions), StepCondition(pick(4))));
        }
        return content_of(std::move(steps));
    }

    Verdict random_verdict() {
        auto kind = chance(2) ? VerdictKind::failed : VerdictKind(pick(6)); // is often retried
        return {kind, "why", {{"v", std::to_string(pick(100)), false, {}}}, chance(5)};
    }

    AttemptKey random_running() {
        auto at = progress_.running.begin();
        std::advance(at, pick(unsigned(progress_.running.size())));
        return at->first;
    }

    TaskEvent random_event() {
        auto key = !progress_.running.empty() && !chance(4)
                       ? random_running()
                       : AttemptKey{pick(8), chance(2) ? "t" + std::to_string(pick(4)) : "", int(1 + pick(3))};
        switch (pick(16)) {
        case 0: return CancelRequested{"ann"};
        case 1: return QueueTimeExpired{};
        case 2:
        case 3:
        case 4: return SlotGranted{};
        case 5:
        case 6:
        case 7: return AttemptStarted{key};
        default: return AttemptEnded{key, random_verdict()};
        }
    }

    void take(TaskEvent const& event) {
        auto const before = progress_;
        auto after = advance(before, event, input_);
        ASSERT_EQ(after.next, advance(before, event, input_).next) << "not a function";
        progress_ = after.next;
        if (auto ended = std::get_if<AttemptEnded>(&event); ended && before.running.contains(ended->key))
            recorded_[ended->key] = {ended->key, AttemptState::ended, ended->verdict, {}};
        for (auto const& command : after.commands) std::visit([&](auto const& given) { obey(given, before); }, command);
        check(before);
        restart(chance(5));
    }

    void obey(Dispatch const& command, TaskProgress const& before) {
        ASSERT_TRUE(before.state == TaskState::queued || before.state == TaskState::executing);
        ASSERT_EQ(command.decision.will, Will::yes);
        ASSERT_FALSE(command.decision.fails);
        ASSERT_FALSE(recorded_.contains(command.key)) << "sent twice";
        if (command.key.number == 1) {
            decide(command.key.action, true);
        } else {
            auto const& earlier = recorded_.at({command.key.action, command.key.target, command.key.number - 1});
            ASSERT_EQ(earlier.state, AttemptState::ended);
            ASSERT_TRUE(earlier.verdict.kind == VerdictKind::failed || earlier.verdict.kind == VerdictKind::timed_out);
            ASSERT_LE(command.key.number, 3);
        }
        recorded_[command.key] = {command.key, AttemptState::dispatching, {}, command.decision};
    }
    void obey(RecordSkip const& command, TaskProgress const&) {
        ASSERT_EQ(command.decision.will, Will::no);
        decide(command.action, false);
        recorded_[{command.action}] = {{command.action}, AttemptState::skipped, {}, command.decision};
    }
    void obey(RecordFailure const& command, TaskProgress const&) {
        ASSERT_TRUE(command.decision.fails);
        decide(command.action, false);
        recorded_[{command.action}] = {{command.action}, AttemptState::refused, {}, command.decision};
    }
    void obey(CancelAttempt const& command, TaskProgress const& before) {
        ASSERT_TRUE(before.running.contains(command.key));
    }
    void obey(GoOn const&, TaskProgress const&) { FAIL() << "these processes are short"; }
    void obey(Finish const& command, TaskProgress const&) {
        ++finished_;
        ASSERT_EQ(command.state, progress_.state);
        ASSERT_TRUE(is_over(command.state));
        if (command.state == TaskState::failed) ASSERT_FALSE(command.error.empty());
        if (command.state == TaskState::success) ASSERT_TRUE(command.error.empty());
    }

    // An action is decided once and in order. A dispatched action may get further attempts in the same transition.
    void decide(std::size_t action, bool is_dispatched) {
        if (is_dispatched && action + 1 == decided_ && dispatched_ == action) return;
        ASSERT_EQ(action, decided_) << "decided twice, or out of order";
        ++decided_;
        if (is_dispatched) dispatched_ = action;
    }

    void check(TaskProgress const& before) {
        ASSERT_EQ(progress_.next, decided_);
        ASSERT_EQ(progress_.outcomes.size() + (progress_.running.empty() ? 0 : 1), decided_);
        if (progress_.running.empty()) ASSERT_TRUE(progress_.ended.empty());
        for (auto const& [key, started] : progress_.running) ASSERT_EQ(key.action, progress_.next - 1);
        if (is_over(progress_.state)) ASSERT_TRUE(progress_.running.empty());
        if (before.state == TaskState::cancelling)
            ASSERT_TRUE(progress_.state == TaskState::cancelling || progress_.state == TaskState::canceled);
        if (progress_.state != TaskState::queued) ASSERT_TRUE(before.state != TaskState::queued || progress_ != before);
    }

    // The stored data is enough to continue. Checked after every event; sometimes the task really continues from it.
    void restart(bool is_real) {
        std::vector<RecordedAttempt> attempts;
        for (auto const& [key, attempt] : recorded_) attempts.push_back(attempt);
        std::ranges::shuffle(attempts, random_);
        auto again = resume(input_, progress_.state, progress_.canceled_by, attempts);
        auto expected = progress_;
        for (auto& [key, started] : expected.running) started = false;              // reported again by the worker
        if (progress_.state == TaskState::timed_out)
            again.error = progress_.error; // belongs to the queue, not to a step
        ASSERT_EQ(again, expected);
        if (is_real) progress_ = again;
    }

    std::mt19937 random_;
    SnapshotContent content_;
    PlanInput input_;
    TaskProgress progress_;
    std::size_t decided_ = 0; // number of actions
    std::optional<std::size_t> dispatched_;
    std::map<AttemptKey, RecordedAttempt> recorded_;
    int finished_ = 0;
};

TEST(TaskMachine, holds_its_promises_in_any_world) {
    for (unsigned seed = 0; seed < 5000; ++seed) {
        World(seed).run();
        ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
    }
}

} // namespace
} // namespace stepwell::domain
