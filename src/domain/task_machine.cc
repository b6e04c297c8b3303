#include "domain/task_machine.h"

namespace stepwell::domain {

namespace {

OutcomeState outcome_of(VerdictKind kind) {
    switch (kind) {
    case VerdictKind::succeeded: return OutcomeState::succeeded;
    case VerdictKind::canceled: return OutcomeState::canceled;
    case VerdictKind::unknown: return OutcomeState::unknown;
    case VerdictKind::failed:
    case VerdictKind::timed_out:
    case VerdictKind::never_started: break;
    }
    return OutcomeState::failed;
}

bool is_failure(VerdictKind kind) { return kind != VerdictKind::succeeded && kind != VerdictKind::canceled; }

void note_end(TaskProgress& progress, PlannedAction const& action, Verdict const& verdict) {
    if (is_failure(verdict.kind) && progress.error.empty())
        progress.error = describe_failure(action, verdict.kind, verdict.message);
    progress.warnings |= verdict.warnings;
    progress.outcomes.push_back({action.position, outcome_of(verdict.kind), verdict.message, verdict.outputs});
}

void note_skip(TaskProgress& progress, PlannedAction const& action, Decision const& decision) {
    progress.outcomes.push_back({action.position, OutcomeState::skipped, decision.reason, {}});
}

void note_refusal(TaskProgress& progress, PlannedAction const& action, Decision const& decision) {
    auto const& why = decision.fails.value_or(decision.reason);
    if (progress.error.empty()) progress.error = "Step " + action.number + " '" + action.name + "' cannot run: " + why;
    progress.outcomes.push_back({action.position, OutcomeState::failed, why, {}});
}

constexpr int max_decisions = 64; // of a transition

class Machine {
public:
    Machine(TaskProgress progress, PlanInput const& input) : done_{std::move(progress), {}}, input_(input) {}

    Transition take(TaskEvent const& event) {
        if (!is_over(now().state)) std::visit([&](auto const& given) { on(given); }, event);
        return std::move(done_);
    }

private:
    TaskProgress& now() { return done_.next; }
    template <class Command> void command(Command given) { done_.commands.emplace_back(std::move(given)); }

    void on(SlotGranted) {
        if (now().running) return;
        if (now().state == TaskState::cancelling) return finish(TaskState::canceled);
        now().state = TaskState::executing;
        go_on();
    }

    void on(QueueTimeExpired) {
        if (now().state != TaskState::queued) return;
        now().error = "It waited in the queue for longer than it was allowed to";
        finish(TaskState::timed_out);
    }

    void on(AttemptStarted const& event) {
        if (now().running == event.position) now().started = true;
    }

    void on(AttemptEnded const& event) {
        if (now().running != event.position) return;
        auto plan = flatten(*input_.content);
        note_end(now(), plan[event.position], event.verdict);
        now().running.reset();
        now().started = false;
        if (now().state == TaskState::cancelling || event.verdict.kind == VerdictKind::canceled)
            finish(TaskState::canceled);
        else
            go_on();
    }

    void on(CancelRequested const& event) {
        if (now().state == TaskState::cancelling) return;
        now().canceled_by = event.by;
        if (!now().running) return finish(TaskState::canceled);
        now().state = TaskState::cancelling;
        command(CancelAttempt{*now().running});
    }

    // Decides one after the other until there is something to wait for; not all of a long process in one transition.
    void go_on() {
        auto plan = flatten(*input_.content);
        for (int decided = 0; now().next < plan.size(); ++decided) {
            if (decided == max_decisions) return command(GoOn{});
            auto const& action = plan[now().next];
            auto decision = decide(input_, plan, now().outcomes, now().next++);
            if (decision.will == Will::no) {
                note_skip(now(), action, decision);
                command(RecordSkip{action.position, std::move(decision)});
            } else if (decision.fails) {
                note_refusal(now(), action, decision);
                command(RecordFailure{action.position, std::move(decision)});
            } else {
                now().running = action.position;
                command(Dispatch{action.position, std::move(decision)});
                return;
            }
        }
        finish(now().error.empty() ? TaskState::success : TaskState::failed);
    }

    void finish(TaskState state) {
        now().state = state;
        command(Finish{state, now().error, now().warnings});
    }

    Transition done_;
    PlanInput const& input_;
};

void take_up(TaskProgress& progress, PlannedAction const& action, RecordedAttempt const& attempt) {
    if (progress.running) throw base::Error(base::Kind::internal, "two steps of one task are recorded as running");
    switch (attempt.state) {
    case RecordedAttempt::State::open: progress.running = attempt.position; break;
    case RecordedAttempt::State::ended: note_end(progress, action, attempt.verdict); break;
    case RecordedAttempt::State::skipped: note_skip(progress, action, attempt.decision); break;
    case RecordedAttempt::State::refused: note_refusal(progress, action, attempt.decision); break;
    }
    progress.next = attempt.position + 1;
}

} // namespace

Transition advance(TaskProgress progress, TaskEvent const& event, PlanInput const& input) {
    return Machine(std::move(progress), input).take(event);
}

TaskProgress resume(PlanInput const& input, TaskState state, std::string canceled_by,
                    std::vector<RecordedAttempt> const& attempts) {
    TaskProgress progress;
    progress.state = state;
    progress.canceled_by = std::move(canceled_by);
    auto plan = flatten(*input.content);
    auto sorted = attempts;
    std::ranges::sort(sorted, {}, &RecordedAttempt::position);
    for (auto const& attempt : sorted) {
        if (attempt.position != progress.next || attempt.position >= plan.size())
            throw base::Error(base::Kind::internal, "the recorded steps of a task have a gap");
        take_up(progress, plan[attempt.position], attempt);
    }
    return progress;
}

std::string describe_failure(PlannedAction const& action, VerdictKind kind, std::string_view message) {
    auto step = "tep " + action.number + " '" + action.name + "' ";
    std::string said;
    if (kind == VerdictKind::unknown)
        said = "The outcome of s" + step + "is unknown";
    else if (kind == VerdictKind::timed_out)
        said = 'S' + step + "ran out of time";
    else if (kind == VerdictKind::never_started)
        said = 'S' + step + "could not be started";
    else if (kind == VerdictKind::canceled)
        said = 'S' + step + "was canceled";
    else
        said = 'S' + step + (kind == VerdictKind::succeeded ? "succeeded" : "failed");
    if (!message.empty()) said.append(": ").append(message);
    return said;
}

} // namespace stepwell::domain
