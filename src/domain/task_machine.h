// The life of a run's task: (progress, event) → (progress', commands). Pure: the caller commits progress and commands
// together, then acts on the commands.
#pragma once
#include "domain/attempt.h"
#include "domain/planner.h"

#include <map>

namespace stepwell::domain {

enum class TaskState { queued, executing, failed, canceled, timed_out, success, cancelling };
constexpr std::array<std::string_view, 7> task_states{"Queued",   "Executing", "Failed",    "Canceled",
                                                      "TimedOut", "Success",   "Cancelling"};
constexpr auto const& names_of(TaskState) { return task_states; }
constexpr bool is_over(TaskState state) {
    return state == TaskState::failed || state == TaskState::canceled || state == TaskState::timed_out ||
           state == TaskState::success;
}

struct Verdict {
    VerdictKind kind = VerdictKind::succeeded;
    std::string message; // "exit code 3", "supervisor lost"; goes into a sentence
    std::vector<Output> outputs;
    bool warnings = false;
    std::string target{}; // name of the target; empty for an action that runs once

    friend bool operator==(Verdict const&, Verdict const&) = default;
};

// --- events ---------------------------------------------------------------------------------------------------

struct SlotGranted {};      // begins, or goes on after resume() or GoOn
struct QueueTimeExpired {}; // waited too long
struct AttemptStarted {
    AttemptKey key;
};
struct AttemptEnded {
    AttemptKey key;
    Verdict verdict;
};
struct CancelRequested {
    std::string by;
};
using TaskEvent = std::variant<SlotGranted, QueueTimeExpired, AttemptStarted, AttemptEnded, CancelRequested>;

// --- commands -------------------------------------------------------------------------------------------------

struct Dispatch { // one attempt; an action with several targets has one command for each
    AttemptKey key;
    std::string target; // its name
    Decision decision;
};
struct RecordSkip {
    std::size_t action; // its position
    Decision decision;
};
struct RecordFailure { // to be run, but cannot: decision.fails says why
    std::size_t action;
    Decision decision;
};
struct CancelAttempt {
    AttemptKey key;
};
struct GoOn {}; // the last command: there is more to decide, and the caller sends SlotGranted after the commit
struct Finish {
    TaskState state;
    std::string error;
    bool warnings;
}; // always the last command
using TaskCommand = std::variant<Dispatch, RecordSkip, RecordFailure, CancelAttempt, GoOn, Finish>;

// --- the machine ----------------------------------------------------------------------------------------------

struct TaskProgress {
    TaskState state = TaskState::queued;
    std::size_t next = 0;                // position of the first action not decided yet
    std::map<AttemptKey, bool> running;  // dispatched and not ended; true if the script has begun. All of one action
    std::map<AttemptKey, Verdict> ended; // the last try on each target, while other targets of the action still run
    std::vector<StepOutcome> outcomes;   // by position; derived from the attempts of an action when all have ended
    std::string error;                   // the first failure, as a sentence
    std::string canceled_by;
    bool warnings = false;

    friend bool operator==(TaskProgress const&, TaskProgress const&) = default;
};

struct Transition {
    TaskProgress next;
    std::vector<TaskCommand> commands;
};

// Events that mean nothing in a state, such as the end of an attempt that is not running, change nothing. Nothing
// changes a task that is over.
Transition advance(TaskProgress progress, TaskEvent const& event, PlanInput const& input);

// An attempt as it was recorded before a restart.
struct RecordedAttempt {
    AttemptKey key;
    AttemptState state = AttemptState::running;
    Verdict verdict;   // of an ended one
    Decision decision; // of a refused one: `fails` is its message
};
// Progress of a task that was in `state`; its open attempts are to be attached again. If there is none, the caller
// sends SlotGranted to continue. Throws Error{internal} if no task can have such attempts.
TaskProgress resume(PlanInput const& input, TaskState state, std::string canceled_by,
                    std::vector<RecordedAttempt> attempts);

// "Step 2 'Back up' failed: exit code 3", "The outcome of step 2 'Back up' on 'web-1' is unknown: supervisor lost"
std::string describe_failure(PlannedAction const& action, Verdict const& verdict);

} // namespace stepwell::domain
