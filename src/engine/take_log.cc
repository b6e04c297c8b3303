// What workers report, and the way of a log to the store.
#include "base/error.h"
#include "base/log.h"
#include "engine/engine.h"
#include "engine/make_order.h"

namespace stepwell::engine {

using namespace domain;
using store::Transaction;

namespace {

constexpr auto log_delay = std::chrono::milliseconds(500); // from a chunk's first record to its commit

} // namespace

void Engine::started(run::Ticket const& ticket, base::Time at) {
    if (auto live = find_by_ticket(ticket)) post(live, TicketStarted{ticket, at});
}

void Engine::advanced(run::Ticket const& ticket) {
    auto live = find_by_ticket(ticket);
    if (!live) return;
    watchers_.notify(live->id);
    if (live->log_scheduled.exchange(true)) return;
    later(log_delay, [this, live] { want_log(live); });
}

void Engine::ended(run::Ticket const& ticket, run::Result const& result) {
    if (auto live = find_by_ticket(ticket)) return post(live, TicketEnded{ticket, result});
    // Its task was given up: what is left of the ticket has no reader.
    mail_.post([this, ticket] { run_all({[&] { tidy(ticket); }}); });
}

void Engine::want_log(Live const& live) {
    if (live->want_log()) post_turn(live, Lane::log);
}

Haul Engine::take_haul(LiveTask& live, store::Attempt& attempt) {
    live.log_scheduled = false;
    if (!live.outputs.are_of(attempt)) live.outputs = StepOutputs(store_, attempt, live.record.progress.outcomes);
    auto haul = collect_log(store_, *worker_, attempt, live.outputs);
    if (!haul.is_all) live.log_scheduled = true; // the next turn is certain
    return haul;
}

// Commits a haul with the attempt's counters; then the spool may forget it.
void Engine::keep_haul(Live const& live, store::Attempt const& attempt, Haul const& haul) {
    if (haul.chunks.empty()) return;
    store_.write([&](Transaction& transaction) { write_haul(transaction.session, attempt, haul); },
                 store::Reserve::collect);
    worker_->acknowledge(attempt.ticket, std::uint64_t(attempt.next_sequence));
    live->record.attempts[std::size_t(attempt.position)] = attempt;
}

// A turn of the log. If there is more, the task goes to the end of the line.
void Engine::take_log(Live const& live) {
    auto running = live->record.progress.running;
    if (!running) return;
    auto attempt = live->record.attempts[*running];
    auto haul = take_haul(*live, attempt);
    keep_haul(live, attempt, haul);
    if (!haul.is_all) return want_log(live);
    if (live->ended) live->put_back(*std::exchange(live->ended, {}));
}

void Engine::handle_started(Live const& live, TicketStarted const& started) {
    auto turn = begin_turn(*live);
    for (auto& [position, attempt] : turn.record.attempts) {
        if (attempt.ticket != started.ticket || attempt.state != "dispatching") continue;
        attempt.state = "running";
        attempt.started = started.at;
        advance(*live, turn, AttemptStarted{position});
    }
    // It is reported again after a restart, so it needs no commit of its own: the next one carries it.
    live->record = std::move(turn.record);
    watchers_.notify(live->id);
}

namespace {

constexpr char const* ending_name(run::Ending ending) {
    switch (ending) {
    case run::Ending::exited: return "exited";
    case run::Ending::signaled: return "signaled";
    case run::Ending::timed_out: return "timed_out";
    case run::Ending::canceled: return "canceled";
    case run::Ending::never_started: return "never_started";
    case run::Ending::lost: break;
    }
    return "lost";
}

void add_sentence(std::string& message, std::string const& sentence) {
    if (!message.empty() && !sentence.empty()) message += ". ";
    message += sentence;
}

Verdict verdict_of(run::Result const& result, store::Attempt const& attempt, bool error_output_fails) {
    auto const& said = attempt.reason;
    auto with = [&](VerdictKind kind, std::string message) {
        Verdict verdict;
        verdict.kind = kind;
        verdict.message = said.empty() || kind == VerdictKind::succeeded ? std::move(message) : said;
        verdict.warnings = result.error_output;
        return verdict;
    };
    switch (result.ending) {
    case run::Ending::exited:
        if (attempt.passed_limit()) return with(VerdictKind::failed, "");
        if (result.code != 0) return with(VerdictKind::failed, "exit code " + std::to_string(result.code));
        if (result.error_output && error_output_fails) return with(VerdictKind::failed, "it wrote to standard error");
        return with(VerdictKind::succeeded, "");
    case run::Ending::signaled:
        return with(VerdictKind::failed, "it was ended by signal " + std::to_string(result.code));
    case run::Ending::timed_out: return with(VerdictKind::timed_out, "it took longer than allowed");
    case run::Ending::canceled: return with(VerdictKind::canceled, "canceled");
    case run::Ending::never_started: return with(VerdictKind::never_started, result.reason);
    case run::Ending::lost: break;
    }
    Verdict verdict = with(VerdictKind::unknown, result.reason);
    verdict.message = result.reason;
    return verdict;
}

} // namespace

// Writes the end of an attempt into it. Files of a ticket are not synced: after the machine restarted, that none is
// found proves nothing.
Verdict Engine::settle(LiveTask const& live, store::Attempt& attempt, run::Result result) const {
    if (attempt.boot_id != boot_id_ && result.ending == run::Ending::never_started) {
        result.ending = run::Ending::lost;
        result.reason = "the machine restarted";
    }
    auto const& action = live.actions[std::size_t(attempt.position)];
    bool const asks = result.ending == run::Ending::exited && result.code == 0 && result.error_output;
    auto const& progress = live.record.progress;
    bool const fails = asks && fails_on_error_output(store_, options_.server_uri, live.record.task, live.subjects,
                                                     action, progress.outcomes, progress.error);
    auto verdict = verdict_of(result, attempt, fails);
    bool passed_limit = attempt.passed_limit() && result.ending == run::Ending::exited;
    attempt.state = "ended";
    if (!passed_limit) attempt.ending = ending_name(result.ending);
    attempt.code = result.code;
    attempt.ended = result.ended.time_since_epoch().count() ? result.ended : store_.clock().now();
    if (!attempt.started && result.started.time_since_epoch().count()) attempt.started = result.started;
    attempt.warnings = attempt.warnings || result.error_output;
    if (!passed_limit && result.ending == run::Ending::exited && result.code == 0 &&
        verdict.kind == VerdictKind::failed)
        attempt.ending = "error_output";
    if (result.ending != run::Ending::never_started && result.ending != run::Ending::lost)
        add_sentence(verdict.message, result.reason);
    verdict.warnings = attempt.warnings;
    verdict.outputs = outputs_at_end(live.outputs.all(), attempt);
    attempt.reason = verdict.message;
    return verdict;
}

// The rest of the log, the verdict and the next step's dispatch are one commit.
void Engine::handle_ended(Live const& live, TicketEnded const& ended) {
    auto running = live->record.progress.running;
    if (!running || live->record.attempts[*running].ticket != ended.ticket) return;
    auto attempt_so_far = live->record.attempts[*running];
    auto haul = take_haul(*live, attempt_so_far);
    if (!haul.is_all) {
        keep_haul(live, attempt_so_far, haul);
        live->ended = ended;
        return want_log(live);
    }
    merge_small_chunks(store_, attempt_so_far, haul);
    auto turn = begin_turn(*live);
    auto& attempt = turn.record.attempts[*running];
    attempt = std::move(attempt_so_far);
    auto verdict = settle(*live, attempt, ended.result);
    turn.writes.push_back([attempt, haul = std::move(haul)](Transaction& transaction) {
        write_haul(transaction.session, attempt, haul);
    });
    turn.after.push_back([this, ticket = ended.ticket] { worker_->complete(ticket); });
    advance(*live, turn, AttemptEnded{*running, std::move(verdict)});
    commit(live, std::move(turn));
    live->outputs = {};
}

} // namespace stepwell::engine
