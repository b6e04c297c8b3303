// Attempts of actions: their keys, states and endings. The names are those in the database.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::domain {

// One attempt in a task. An action has one attempt for each target and try.
struct AttemptKey {
    std::size_t action = 0; // position of the action in the plan, from 0
    std::string target{};   // id of a target; empty for an action that runs once, on a worker
    int number = 1;         // number of the try, from 1

    friend auto operator<=>(AttemptKey const&, AttemptKey const&) = default;
};

enum class AttemptState {
    dispatching, // sent to its worker; the worker has not reported that the script runs
    running,
    ended,   // has an ending and a verdict
    skipped, // decided not to run
    refused, // decided to run, but cannot
};
constexpr std::array<std::string_view, 5> attempt_states{"dispatching", "running", "ended", "skipped", "refused"};
constexpr auto const& names_of(AttemptState) { return attempt_states; }
constexpr bool is_open(AttemptState state) {
    return state == AttemptState::dispatching || state == AttemptState::running;
}

enum class AttemptEnding {
    exited,        // with an exit code
    signaled,      // by the signal that the code names
    timed_out,     // after the limit of its step
    canceled,      // on request
    never_started, // the script provably did not run
    lost,          // the supervisor was lost, or the machine restarted
    error_output,  // exited with 0 but wrote to standard error, which fails its step
    limit_passed,  // passed a limit of the server; set while the script still runs
};
constexpr std::array<std::string_view, 8> attempt_endings{"exited",        "signaled", "timed_out",    "canceled",
                                                          "never_started", "lost",     "error_output", "limit_passed"};
constexpr auto const& names_of(AttemptEnding) { return attempt_endings; }

enum class VerdictKind { succeeded, failed, timed_out, canceled, never_started, unknown };
constexpr std::array<std::string_view, 6> verdict_kinds{"Succeeded", "Failed",       "TimedOut",
                                                        "Canceled",  "NeverStarted", "Unknown"};
constexpr auto const& names_of(VerdictKind) { return verdict_kinds; }

// Returns the verdict on an attempt with this ending. `code` is the exit code, if there is one.
constexpr VerdictKind verdict_of(AttemptEnding ending, std::optional<std::int64_t> code) {
    switch (ending) {
    case AttemptEnding::exited: return code.value_or(0) == 0 ? VerdictKind::succeeded : VerdictKind::failed;
    case AttemptEnding::signaled:
    case AttemptEnding::error_output:
    case AttemptEnding::limit_passed: return VerdictKind::failed;
    case AttemptEnding::timed_out: return VerdictKind::timed_out;
    case AttemptEnding::canceled: return VerdictKind::canceled;
    case AttemptEnding::never_started: return VerdictKind::never_started;
    case AttemptEnding::lost: break;
    }
    return VerdictKind::unknown;
}

} // namespace stepwell::domain
