// The life of a run's task: (progress, event) → (progress', commands). Pure: the caller commits progress and commands
// together, then acts on the commands.
#pragma once
#include "domain/planner.h"

namespace stepwell::domain {

enum class TaskState { queued, executing, failed, canceled, timed_out, success, cancelling };
constexpr std::array<std::string_view, 7> task_states{"Queued",   "Executing", "Failed",    "Canceled",
                                                      "TimedOut", "Success",   "Cancelling"};
constexpr auto const& names_of(TaskState) { return task_states; }
constexpr bool is_over(TaskState state) {
    return state == TaskState::failed || state == TaskState::canceled || state == TaskState::timed_out ||
           state == TaskState::success;
}

enum class VerdictKind { succeeded, failed, timed_out, canceled, never_started, unknown };
constexpr std::array<std::string_view, 6> verdict_kinds{"Succeeded", "Failed",       "TimedOut",
                                                        "Canceled",  "NeverStarted", "Unknown"};
constexpr auto const& names_of(VerdictKind) { return verdict_kinds; }

struct Verdict {
    VerdictKind kind = VerdictKind::succeeded;
    std::string message; // "exit code 3", "supervisor lost"; goes into a sentence
    std::vector<Output> outputs;
    bool warnings = false;
};

// --- events ---------------------------------------------------------------------------------------------------

struct SlotGranted {};      // begins, or goes on after resume() or GoOn
struct QueueTimeExpired {}; // waited too long
struct AttemptStarted {
    std::size_t position;
};
struct AttemptEnded {
    std::size_t position;
    Verdict verdict;
};
struct CancelRequested {
    std::string by;
};
using TaskEvent = std::variant<SlotGranted, QueueTimeExpired, AttemptStarted, AttemptEnded, CancelRequested>;

// --- commands -------------------------------------------------------------------------------------------------

struct Dispatch {
    std::size_t position;
    Decision decision;
};
struct RecordSkip {
    std::size_t position;
    Decision decision;
};
struct RecordFailure {
    std::size_t position;
    Decision decision;
}; // to be run, but cannot: decision.fails says why
struct CancelAttempt {
    std::size_t position;
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
    std::size_t next = 0;               // first position not decided yet
    std::optional<std::size_t> running; // dispatched and not ended; at most one
    bool started = false;               // its script has begun
    std::vector<StepOutcome> outcomes;  // by position
    std::string error;                  // the first failure, as a sentence
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
    enum class State { open, ended, skipped, refused }; // dispatched; with a verdict; RecordSkip; RecordFailure
    std::size_t position = 0;
    State state = State::open;
    Verdict verdict;   // of an ended one
    Decision decision; // of a refused one: `fails` is its message
};
// Progress of a task that was in `state`; its open attempt, if any, is to be attached again. Without one the caller
// sends SlotGranted to go on.
TaskProgress resume(PlanInput const& input, TaskState state, std::string canceled_by,
                    std::vector<RecordedAttempt> const& attempts);

// "Step 2 'Back up' failed: exit code 3", "The outcome of step 2 'Back up' is unknown: supervisor lost"
std::string describe_failure(PlannedAction const& action, VerdictKind kind, std::string_view message);

} // namespace stepwell::domain
