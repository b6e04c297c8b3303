#include "engine/settle_attempt.h"

#include "engine/make_order.h"

namespace stepwell::engine {

using namespace domain;

namespace {

AttemptEnding ending_of(run::Ending ending) {
    switch (ending) {
    case run::Ending::exited: return AttemptEnding::exited;
    case run::Ending::signaled: return AttemptEnding::signaled;
    case run::Ending::timed_out: return AttemptEnding::timed_out;
    case run::Ending::canceled: return AttemptEnding::canceled;
    case run::Ending::never_started: return AttemptEnding::never_started;
    case run::Ending::lost: break;
    }
    return AttemptEnding::lost;
}

// Returns the server's sentence about an ending. Empty for success, and if the script passed a limit, because the
// attempt already has a reason.
std::string describe_ending(store::Attempt const& attempt, run::Result const& result) {
    switch (*attempt.ending) {
    case AttemptEnding::exited:
        return attempt.verdict == VerdictKind::succeeded ? "" : "exit code " + std::to_string(result.code);
    case AttemptEnding::error_output: return "it wrote to standard error";
    case AttemptEnding::signaled: return "it was terminated by signal " + std::to_string(result.code);
    case AttemptEnding::timed_out: return "it exceeded the time limit";
    case AttemptEnding::canceled: return "canceled";
    case AttemptEnding::never_started:
    case AttemptEnding::lost: return result.reason;
    case AttemptEnding::limit_passed: break;
    }
    return {};
}

// The script's own message takes precedence, except if it is unknown whether the script has done its work.
std::string reason_of(store::Attempt const& attempt, run::Result const& result) {
    if (attempt.ending == AttemptEnding::lost) return result.reason;
    bool const has_own = !attempt.reason.empty() && attempt.verdict != VerdictKind::succeeded;
    auto reason = has_own ? attempt.reason : describe_ending(attempt, result);
    if (attempt.ending == AttemptEnding::never_started || result.reason.empty()) return reason;
    // describes output that was dropped on a full disk
    return reason.empty() ? result.reason : reason + ". " + result.reason;
}

} // namespace

void settle_attempt(ActionContext const& context, run::Worker const& worker, run::Result result,
                    store::Attempt& attempt) {
    // The files of a ticket are not synced: after a restart of the machine, a missing ticket proves nothing.
    if (attempt.boot_id != worker.boot_id() && result.ending == run::Ending::never_started) {
        result.ending = run::Ending::lost;
        result.reason = "the machine restarted";
    }
    bool const has_exited = result.ending == run::Ending::exited;
    if (!has_exited || !attempt.passed_limit()) attempt.ending = ending_of(result.ending);
    bool const wrote_errors = attempt.ending == AttemptEnding::exited && result.code == 0 && result.error_output;
    if (wrote_errors && fails_on_error_output(context)) attempt.ending = AttemptEnding::error_output;
    attempt.state = AttemptState::ended;
    attempt.code = result.code;
    attempt.verdict = verdict_of(*attempt.ending, attempt.code);
    attempt.ended = result.ended.time_since_epoch().count() ? result.ended : context.run.store.clock().now();
    if (!attempt.started && result.started.time_since_epoch().count()) attempt.started = result.started;
    attempt.warnings = attempt.warnings || result.error_output;
    attempt.reason = reason_of(attempt, result);
}

void end_without_result(store::Attempt& attempt, AttemptEnding ending, std::string reason, base::Time at) {
    attempt.state = AttemptState::ended;
    attempt.ending = ending;
    attempt.verdict = verdict_of(ending, {});
    attempt.reason = std::move(reason);
    attempt.ended = at;
}

Verdict verdict_on(store::Attempt const& attempt, std::vector<Output> outputs) {
    Verdict verdict;
    verdict.kind = attempt.verdict.value_or(VerdictKind::unknown);
    verdict.message = attempt.reason;
    verdict.warnings = attempt.warnings;
    verdict.outputs = outputs_at_end(std::move(outputs), attempt);
    verdict.target = attempt.target_name();
    return verdict;
}

} // namespace stepwell::engine
