// Random processes, random events in random order, restarts in between: what must always hold.
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
    }

    void run() {
        for (int event = 0; event < 40 && !is_over(progress_.state); ++event) take(random_event());
        // Whatever came so far: with a slot, and the running step ended, the task ends.
        for (std::size_t left = flatten(content_).size() + 1; left > 0 && !is_over(progress_.state); --left) {
            take(SlotGranted{});
            if (progress_.running) take(AttemptEnded{*progress_.running, random_verdict()});
        }
        ASSERT_TRUE(is_over(progress_.state));
        ASSERT_EQ(finished_, 1);
        if (progress_.state == TaskState::success || progress_.state == TaskState::failed)
            ASSERT_EQ(decided_.size(), flatten(content_).size());
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
        for (unsigned n = pick(6); n > 0; --n) {
            std::vector<Action> actions;
            for (unsigned k = 1 + (chance(4) ? pick(3) : 0); k > 0; --k) {
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

    Verdict random_verdict() { return {VerdictKind(pick(6)), "why", {}, chance(5)}; }

    TaskEvent random_event() {
        auto position = progress_.running && !chance(4) ? *progress_.running : std::size_t(pick(8));
        switch (pick(16)) {
        case 0: return CancelRequested{"ann"};
        case 1: return QueueTimeExpired{};
        case 2:
        case 3:
        case 4: return SlotGranted{};
        case 5:
        case 6:
        case 7: return AttemptStarted{position};
        default: return AttemptEnded{position, random_verdict()};
        }
    }

    void take(TaskEvent const& event) {
        auto const before = progress_;
        auto after = advance(before, event, input_);
        ASSERT_EQ(after.next, advance(before, event, input_).next) << "not a function";
        progress_ = after.next;
        if (auto ended = std::get_if<AttemptEnded>(&event); ended && before.running == ended->position)
            recorded_[ended->position] = {ended->position, RecordedAttempt::State::ended, ended->verdict, {}};
        for (auto const& command : after.commands) std::visit([&](auto const& given) { obey(given, before); }, command);
        check(before);
        if (chance(5)) restart();
    }

    void obey(Dispatch const& command, TaskProgress const& before) {
        ASSERT_TRUE(before.state == TaskState::queued || before.state == TaskState::executing);
        ASSERT_EQ(command.decision.will, Will::yes);
        ASSERT_FALSE(command.decision.fails);
        record(command.position, RecordedAttempt::State::open, command.decision);
    }
    void obey(RecordSkip const& command, TaskProgress const&) {
        ASSERT_EQ(command.decision.will, Will::no);
        record(command.position, RecordedAttempt::State::skipped, command.decision);
    }
    void obey(RecordFailure const& command, TaskProgress const&) {
        ASSERT_TRUE(command.decision.fails);
        record(command.position, RecordedAttempt::State::refused, command.decision);
    }
    void obey(CancelAttempt const& command, TaskProgress const& before) { ASSERT_EQ(before.running, command.position); }
    void obey(GoOn const&, TaskProgress const&) { FAIL() << "these processes are short"; }
    void obey(Finish const& command, TaskProgress const&) {
        ++finished_;
        ASSERT_EQ(command.state, progress_.state);
        ASSERT_TRUE(is_over(command.state));
        if (command.state == TaskState::failed) ASSERT_FALSE(command.error.empty());
        if (command.state == TaskState::success) ASSERT_TRUE(command.error.empty());
    }

    void record(std::size_t position, RecordedAttempt::State state, Decision const& decision) {
        ASSERT_EQ(position, decided_.size()) << "decided twice, or out of order";
        decided_.push_back(decision);
        recorded_[position] = {position, state, {}, decision};
    }

    void check(TaskProgress const& before) {
        ASSERT_EQ(progress_.next, decided_.size());
        ASSERT_EQ(progress_.outcomes.size() + (progress_.running ? 1 : 0), decided_.size());
        if (is_over(progress_.state)) ASSERT_FALSE(progress_.running);
        if (before.state == TaskState::cancelling)
            ASSERT_TRUE(progress_.state == TaskState::cancelling || progress_.state == TaskState::canceled);
        if (progress_.state != TaskState::queued) ASSERT_TRUE(before.state != TaskState::queued || progress_ != before);
    }

    // What is in the database is enough to go on.
    void restart() {
        std::vector<RecordedAttempt> attempts;
        for (auto const& [position, attempt] : recorded_) attempts.push_back(attempt);
        std::ranges::shuffle(attempts, random_);
        auto again = resume(input_, progress_.state, progress_.canceled_by, attempts);
        again.started = progress_.started;
        if (progress_.state == TaskState::timed_out) again.error = progress_.error; // of the queue, not of a step
        ASSERT_EQ(again, progress_);
        progress_ = again;
    }

    std::mt19937 random_;
    SnapshotContent content_;
    PlanInput input_;
    TaskProgress progress_;
    std::vector<Decision> decided_;
    std::map<std::size_t, RecordedAttempt> recorded_;
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
