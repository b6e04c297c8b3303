// What workers report, and the way of a log to the store.
#include "base/error.h"
#include "base/log.h"
#include "engine/engine.h"
#include "engine/settle_attempt.h"

namespace stepwell::engine {

using namespace domain;
using store::Transaction;

namespace {

constexpr auto log_delay = std::chrono::milliseconds(500); // from a chunk's first record to its commit

// Returns null if none of the open attempts has the ticket.
store::Attempt const* find_running(TaskRecord const& record, run::Ticket const& ticket) {
    for (auto const& [key, attempt] : record.open)
        if (attempt.ticket == ticket && is_open(attempt.state)) return &attempt;
    return nullptr;
}

} // namespace

void Engine::started(run::Ticket const& ticket, base::Time at) {
    if (auto live = live_tasks_.find_by_ticket(ticket)) post(live, TicketStarted{ticket, at});
}

void Engine::advanced(run::Ticket const& ticket) {
    auto live = live_tasks_.find_by_ticket(ticket);
    if (!live) return;
    watchers_.notify(live->id);
    if (live->schedule_log(ticket)) timer_.after(log_delay, [this, live, ticket] { want_log(live, ticket); });
}

void Engine::ended(run::Ticket const& ticket, run::Result const& result) {
    if (auto live = live_tasks_.find_by_ticket(ticket)) return post(live, TicketEnded{ticket, result});
    // Its task was given up: no one reads what is left of the ticket.
    messages_.post([this, ticket] {
        for (auto const& each : workers_.all()) run_all({[&] { tidy(ticket, *each.worker); }});
    });
}

void Engine::want_log(Live const& live, run::Ticket const& ticket) {
    if (live->want_log(ticket)) post_turn(live, Lane::log);
}

Haul Engine::take_haul(LiveTask& live, store::Attempt& attempt) {
    auto& outputs = live.collections[attempt.key].outputs;
    if (!outputs) outputs.emplace(store_, attempt, live.output_totals);
    return collect_log(store_, *workers_.find(attempt.worker), attempt, *outputs);
}

// After a failed commit, or of an attempt that is repeated: what was collected does not count.
void Engine::forget_outputs(LiveTask& live, AttemptKey const& key) {
    auto& outputs = live.collections[key].outputs;
    if (outputs) outputs->forget();
    outputs.reset(); // read again from the store
}

// Commits a haul with the attempt's counters; then the spool may free it.
void Engine::keep_haul(Live const& live, store::Attempt const& attempt, Haul const& haul) {
    if (haul.chunks.empty()) return;
    store_.write([&](Transaction& transaction) { write_haul(transaction.session, attempt, haul); },
                 store::Reserve::collect);
    workers_.find(attempt.worker)->acknowledge(attempt.ticket, std::uint64_t(attempt.next_sequence));
    live->record.open[attempt.key] = attempt;
}

// A turn of the log. If there is more, the attempt goes to the end of the line.
void Engine::take_log(Live const& live, run::Ticket const& ticket) {
    auto running = find_running(live->record, ticket);
    if (!running) return;
    auto attempt = *running;
    bool is_all = false;
    try {
        auto haul = take_haul(*live, attempt);
        keep_haul(live, attempt, haul);
        is_all = haul.is_all;
    } catch (...) {
        forget_outputs(*live, attempt.key);
        throw;
    }
    if (!is_all) return want_log(live, ticket);
    auto& ended = live->collections.at(attempt.key).ended;
    if (ended) live->put_back(*std::exchange(ended, {}));
}

void Engine::handle_started(Live const& live, TicketStarted const& started) {
    auto running = find_running(live->record, started.ticket);
    if (!running || running->state != AttemptState::dispatching) return;
    auto& record = live->record;
    auto& attempt = record.open.at(running->key);
    attempt.state = AttemptState::running;
    attempt.started = started.at;
    // It is reported again after a restart, so it needs no commit of its own: the next one carries it.
    auto input = turns_.plan_input(*live, record);
    record.progress = advance(std::move(record.progress), AttemptStarted{attempt.key}, input).next;
    watchers_.notify(live->id);
}

void Engine::handle_ended(Live const& live, TicketEnded const& ended) {
    auto running = find_running(live->record, ended.ticket);
    if (!running) return;
    auto const key = running->key;
    try {
        end_attempt(live, *running, ended);
    } catch (...) {
        forget_outputs(*live, key);
        throw;
    }
    if (live->record.open.contains(key)) return; // its log is longer than one turn
    bool const is_repeated = live->record.open.contains({key.action, key.target, key.number + 1});
    if (is_repeated) forget_outputs(*live, key);
    live->collections.erase(key);
    log_troubles_.over(log_name(*live, ended.ticket));
}

// The rest of the log, the verdict and the next step's dispatch are one commit.
void Engine::end_attempt(Live const& live, store::Attempt attempt, TicketEnded const& ended) {
    auto haul = take_haul(*live, attempt);
    auto& collection = live->collections.at(attempt.key);
    if (!haul.is_all) {
        keep_haul(live, attempt, haul);
        collection.ended = ended;
        return want_log(live, ended.ticket);
    }
    merge_small_chunks(store_, attempt, haul);
    auto turn = TurnBuilder::begin(*live);
    auto worker = workers_.find(attempt.worker);
    auto const& progress = live->record.progress;
    settle_attempt(
        {turns_.context_of(*live, live->record), live->actions[attempt.key.action], progress.outcomes, progress.error},
        *worker, ended.result, attempt);
    auto verdict = verdict_on(attempt, collection.outputs->all());
    turn.writes.push_back([attempt, haul = std::move(haul)](Transaction& transaction) {
        write_haul(transaction.session, attempt, haul);
    });
    turn.after.push_back([worker, ticket = ended.ticket] { worker->complete(ticket); });
    turns_.advance(*live, turn, AttemptEnded{attempt.key, std::move(verdict)});
    commit(live, std::move(turn));
}

} // namespace stepwell::engine
