// The state machine of a run's task: (progress, event) → (progress', commands). Pure functions: the caller commits
// progress and commands together, then executes the commands.
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
    std::string message; // such as "exit code 3", "supervisor lost"; becomes part of a sentence
    std::vector<Output> outputs;
    bool warnings = false;
    std::string target{}; // name of the target; empty for an action that runs once

    friend bool operator==(Verdict const&, Verdict const&) = default;
};

// --- events ---------------------------------------------------------------------------------------------------

struct SlotGranted {};      // the task starts, or continues after resume() or GoOn
struct QueueTimeExpired {}; // the task waited too long in the queue
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

struct Dispatch { // starts one attempt; an action with several targets has one command for each
    AttemptKey key;
    std::string target; // name of the target
    Decision decision;
};
struct RecordSkip {
    std::size_t action; // position
    Decision decision;
};
struct RecordFailure { // of an action that is to run but cannot; decision.fails is the reason
    std::size_t action;
    Decision decision;
};
struct CancelAttempt {
    AttemptKey key;
};
// always the last command: more actions are to be decided, and the caller sends SlotGranted after the commit
struct GoOn {};
struct Finish {
    TaskState state;
    std::string error;
    bool warnings;
}; // always the last command
using TaskCommand = std::variant<Dispatch, RecordSkip, RecordFailure, CancelAttempt, GoOn, Finish>;

// --- the machine ----------------------------------------------------------------------------------------------

struct TaskProgress {
    TaskState state = TaskState::queued;
    std::size_t next = 0;               // position of the first undecided action
    std::map<AttemptKey, bool> running; // dispatched and not ended, all of one action; true if the script has started
    // verdict of the last try on each target, while other targets of the action still run
    std::map<AttemptKey, Verdict> ended;
    // by position; an action that ran gets its outcome when all of its attempts have ended
    std::vector<StepOutcome> outcomes;
    std::string error; // first failure, as a sentence
    std::string canceled_by;
    bool warnings = false;

    friend bool operator==(TaskProgress const&, TaskProgress const&) = default;
};

struct Transition {
    TaskProgress next;
    std::vector<TaskCommand> commands;
};

// Returns the next progress and the commands. Ignores events that do not apply, such as the end of an attempt that is
// not running, and all events of a task that has ended.
Transition advance(TaskProgress progress, TaskEvent const& event, PlanInput const& input);

// An attempt as recorded before a restart.
struct RecordedAttempt {
    AttemptKey key;
    AttemptState state = AttemptState::running;
    Verdict verdict;   // if it has ended
    Decision decision; // if it was refused: `fails` is its message
};
// Returns the progress of a task that was in `state`; the caller attaches to its open attempts again. If there are
// none, the caller sends SlotGranted to continue. Throws Error{internal} if the attempts are impossible in any task.
TaskProgress resume(PlanInput const& input, TaskState state, std::string canceled_by,
                    std::vector<RecordedAttempt> attempts);

// "Step 2 'Back up' failed: exit code 3", "The outcome of step 2 'Back up' on 'web-1' is unknown: supervisor lost"
std::string describe_failure(PlannedAction const& action, Verdict const& verdict);

} // namespace stepwell::domain
