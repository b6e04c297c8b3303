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

// The most severe kind is first.
constexpr std::array by_weight{OutcomeState::failed, OutcomeState::unknown, OutcomeState::canceled,
                               OutcomeState::succeeded};

// Returns the outcome of an action from the last try on each target.
StepOutcome outcome_of(PlannedAction const& action, std::map<AttemptKey, Verdict>& ended) {
    StepOutcome outcome{action.position, OutcomeState::succeeded, {}, {}};
    for (auto state : by_weight) {
        auto worst =
            std::ranges::find_if(ended, [&](auto const& each) { return outcome_of(each.second.kind) == state; });
        if (worst == ended.end()) continue;
        outcome.state = state;
        outcome.message = worst->second.message;
        break;
    }
    for (auto& [key, verdict] : ended) std::ranges::move(verdict.outputs, std::back_inserter(outcome.outputs));
    return outcome;
}

std::string describe_failures(PlannedAction const& action, std::map<AttemptKey, Verdict> const& ended) {
    std::string said;
    int others = 0;
    for (auto const& [key, verdict] : ended)
        if (!is_failure(verdict.kind))
            continue;
        else if (said.empty())
            said = describe_failure(action, verdict);
        else
            ++others;
    if (others > 0) said += " (and on " + std::to_string(others) + (others == 1 ? " more target)" : " more targets)");
    return said;
}

// Records the outcome of an action after all of its attempts have ended. Returns true if one of them was canceled.
bool note_end(TaskProgress& progress, PlannedAction const& action) {
    bool is_canceled = false;
    for (auto const& [key, verdict] : progress.ended) {
        progress.warnings |= verdict.warnings;
        is_canceled |= verdict.kind == VerdictKind::canceled;
    }
    if (progress.error.empty()) progress.error = describe_failures(action, progress.ended);
    progress.outcomes.push_back(outcome_of(action, progress.ended));
    progress.ended.clear();
    return is_canceled;
}

void note_skip(TaskProgress& progress, PlannedAction const& action, Decision const& decision) {
    progress.outcomes.push_back({action.position, OutcomeState::skipped, decision.reason, {}});
}

void note_refusal(TaskProgress& progress, PlannedAction const& action, Decision const& decision) {
    auto const& why = decision.fails.value_or(decision.reason);
    if (progress.error.empty()) progress.error = "Step " + action.number + " '" + action.name + "' cannot run: " + why;
    progress.outcomes.push_back({action.position, OutcomeState::failed, why, {}});
}

constexpr int max_decisions = 64; // in one transition

class Machine {
public:
    Machine(TaskProgress progress, PlanInput const& input) : done_{std::move(progress), {}}, input_(input) {}

    Transition take(TaskEvent const& event) {
        if (!is_over(now().state)) std::visit([&](auto const& given) { on(given); }, event);
        return std::move(done_);
    }

private:
    TaskProgress& now() { return done_.next; }
    std::vector<PlannedAction> const& plan() {
        if (!plan_) plan_ = flatten(*input_.content);
        return *plan_;
    }
    template <class Command> void command(Command given) { done_.commands.emplace_back(std::move(given)); }

    void on(SlotGranted) {
        if (!now().running.empty()) return;
        if (now().state == TaskState::cancelling) return finish(TaskState::canceled);
        now().state = TaskState::executing;
        go_on();
    }

    void on(QueueTimeExpired) {
        if (now().state != TaskState::queued) return;
        now().error = "The task was still queued at its latest start time";
        finish(TaskState::timed_out);
    }

    void on(AttemptStarted const& event) {
        if (auto at = now().running.find(event.key); at != now().running.end()) at->second = true;
    }

    void on(AttemptEnded const& event) {
        if (now().running.erase(event.key) == 0) return;
        auto const& action = plan()[event.key.action];
        if (is_tried_again(action, event)) return try_again(action, event);
        now().ended[event.key] = event.verdict;
        if (!now().running.empty()) return;
        bool const is_canceled = note_end(now(), action);
        if (is_canceled || now().state == TaskState::cancelling)
            finish(TaskState::canceled);
        else
            go_on();
    }

    // An attempt with an unknown outcome is never repeated, because its script may have done its work. An attempt that
    // could not be started would fail again.
    bool is_tried_again(PlannedAction const& action, AttemptEnded const& event) const {
        auto const kind = event.verdict.kind;
        return done_.next.state == TaskState::executing && input_.max_tries &&
               (kind == VerdictKind::failed || kind == VerdictKind::timed_out) &&
               event.key.number < input_.max_tries(action);
    }

    void try_again(PlannedAction const& action, AttemptEnded const& event) {
        auto key = event.key;
        ++key.number;
        Decision decision;
        decision.will = Will::yes;
        decision.reason = "try " + std::to_string(key.number) + " of " + std::to_string(input_.max_tries(action));
        if (!event.verdict.message.empty()) decision.reason += ", after: " + event.verdict.message;
        dispatch(std::move(key), event.verdict.target, std::move(decision));
    }

    void on(CancelRequested const& event) {
        if (now().state == TaskState::cancelling) return;
        now().canceled_by = event.by;
        if (now().running.empty()) return finish(TaskState::canceled);
        now().state = TaskState::cancelling;
        for (auto const& [key, started] : now().running) command(CancelAttempt{key});
    }

    void dispatch(AttemptKey key, std::string target, Decision decision) {
        if (!now().running.emplace(key, false).second) return; // a target that is listed twice
        command(Dispatch{std::move(key), std::move(target), std::move(decision)});
    }

    void dispatch_all(PlannedAction const& action, Decision const& decision) {
        auto targets = input_.targets ? input_.targets(action) : std::vector<Target>();
        if (targets.empty()) return dispatch({action.position, {}, 1}, {}, decision);
        for (auto& target : targets) dispatch({action.position, target.id, 1}, std::move(target.name), decision);
    }

    // Decides about actions in order until one is dispatched, at most max_decisions in one transition.
    void go_on() {
        for (int decided = 0; now().next < plan().size(); ++decided) {
            if (decided == max_decisions) return command(GoOn{});
            auto const& action = plan()[now().next];
            auto decision = decide(input_, plan(), now().outcomes, now().next++);
            if (decision.will == Will::no) {
                note_skip(now(), action, decision);
                command(RecordSkip{action.position, std::move(decision)});
            } else if (decision.fails) {
                note_refusal(now(), action, decision);
                command(RecordFailure{action.position, std::move(decision)});
            } else {
                return dispatch_all(action, decision);
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
    std::optional<std::vector<PlannedAction>> plan_; // made when it is needed
};

[[noreturn]] void throw_impossible(char const* what) { throw base::Error(base::Kind::internal, what); }

void take_up_attempt(TaskProgress& progress, RecordedAttempt const& attempt) {
    auto earlier = attempt.key;
    --earlier.number;
    bool const follows = earlier.number == 0
                             ? !progress.ended.contains(attempt.key) && !progress.running.contains(attempt.key)
                             : progress.ended.erase(earlier) == 1; // the earlier try, which was repeated
    if (!follows) throw_impossible("the recorded tries of a step have a gap");
    if (attempt.state == AttemptState::ended)
        progress.ended[attempt.key] = attempt.verdict;
    else
        progress.running.emplace(attempt.key, false);
}

// The attempts of one action, ordered by key.
void take_up(TaskProgress& progress, PlannedAction const& action, std::span<RecordedAttempt const> attempts) {
    progress.next = action.position + 1;
    auto const& first = attempts.front();
    bool const is_decision_alone = first.state == AttemptState::skipped || first.state == AttemptState::refused;
    if (is_decision_alone) {
        if (attempts.size() > 1) throw_impossible("a step is recorded twice");
        if (first.state == AttemptState::skipped) return note_skip(progress, action, first.decision);
        return note_refusal(progress, action, first.decision);
    }
    for (auto const& attempt : attempts) take_up_attempt(progress, attempt);
    if (progress.running.empty()) note_end(progress, action);
}

} // namespace

Transition advance(TaskProgress progress, TaskEvent const& event, PlanInput const& input) {
    return Machine(std::move(progress), input).take(event);
}

TaskProgress resume(PlanInput const& input, TaskState state, std::string canceled_by,
                    std::vector<RecordedAttempt> attempts) {
    TaskProgress progress;
    progress.state = state;
    progress.canceled_by = std::move(canceled_by);
    auto plan = flatten(*input.content);
    std::ranges::sort(attempts, {}, &RecordedAttempt::key);
    std::span<RecordedAttempt const> rest = attempts;
    while (!rest.empty()) {
        auto const position = rest.front().key.action;
        if (position != progress.next || position >= plan.size())
            throw_impossible("the recorded steps of a task have a gap");
        if (!progress.running.empty()) throw_impossible("two steps of one task are recorded as running");
        auto of_another = std::ranges::find_if(rest, [&](auto const& each) { return each.key.action != position; });
        auto count = std::size_t(of_another - rest.begin());
        take_up(progress, plan[position], rest.first(count));
        rest = rest.subspan(count);
    }
    return progress;
}

std::string describe_failure(PlannedAction const& action, Verdict const& verdict) {
    auto step = "tep " + action.number + " '" + action.name + "' ";
    if (!verdict.target.empty()) step += "on '" + verdict.target + "' ";
    std::string said;
    if (verdict.kind == VerdictKind::unknown)
        said = "The outcome of s" + step + "is unknown";
    else if (verdict.kind == VerdictKind::timed_out)
        said = 'S' + step + "timed out";
    else if (verdict.kind == VerdictKind::never_started)
        said = 'S' + step + "could not be started";
    else if (verdict.kind == VerdictKind::canceled)
        said = 'S' + step + "was canceled";
    else
        said = 'S' + step + (verdict.kind == VerdictKind::succeeded ? "succeeded" : "failed");
    if (!verdict.message.empty()) said.append(": ").append(verdict.message);
    return said;
}

} // namespace stepwell::domain
