#include "engine/engine.h"

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "engine/collect_log.h"
#include "engine/load_subjects.h"
#include "engine/make_order.h"
#include "engine/run_outputs.h"

namespace stepwell::engine {

using namespace domain;
using base::Error;
using store::Transaction;

namespace {

constexpr std::size_t most_mails = 1'000'000;
constexpr auto log_delay = std::chrono::milliseconds(500); // from a chunk's first record to its commit
constexpr auto retry_delay = std::chrono::seconds(2);      // after the store refused

} // namespace

void act_all(std::vector<std::function<void()>> const& acts) {
    for (auto const& act : acts) {
        try {
            act();
        } catch (std::exception const& error) {
            base::log_error("behind a commit: {}", error.what());
        }
    }
}

Undo::~Undo() { act_all(acts_); }

Engine::Engine(store::Store& store, Options options)
    : store_(store), options_(std::move(options)), boot_id_(base::boot_id()), queue_(options_.slots),
      mail_(most_mails) {}

Engine::~Engine() = default;

// --- admission ------------------------------------------------------------------------------------------------

Admission Engine::admit(store::Task task, Subjects subjects) {
    Waiting waiting{base::number_of(task.id), task.id,         task.space_id,
                    task.concurrency_tag,     task.not_before, task.expires};
    if (!worker_ || !queue_.try_begin(waiting, store_.clock().now())) {
        check_values(store_, options_.server_uri, task, subjects);
        Admission admission(*this);
        admission.waiting_ = std::move(waiting);
        admission.write_ = [task = std::move(task)](Transaction& transaction) {
            store::insert_task(transaction.session, task);
        };
        return admission;
    }
    auto live = std::make_shared<LiveTask>(TaskRecord{std::move(task), {}, {}}, std::move(subjects));
    live->hold();
    Admission admission(*this, live);
    auto turn = begin_turn(*live, true);
    advance(*live, turn, SlotGranted{});
    admission.undo_ = std::move(turn.undo);
    admission.write_ = [task = turn.record.task, writes = std::move(turn.writes)](Transaction& transaction) {
        store::insert_task(transaction.session, task);
        for (auto const& write : writes) write(transaction);
    };
    admission.after_ = std::move(turn.after);
    live->record = std::move(turn.record);
    return admission;
}

void Admission::committed() {
    auto engine = std::exchange(engine_, nullptr);
    if (!live_) {
        engine->queue_.wait(std::move(waiting_));
        engine->fill_slots();
        engine->look_at_times_again();
        return;
    }
    undo_.settle();
    engine->know(live_);
    act_all(after_);
    engine->handle_mails(live_);
}

Admission::~Admission() {
    if (engine_ && live_) engine_->queue_.end(live_->id);
}

// --- mail -----------------------------------------------------------------------------------------------------

void Engine::post(Live const& live, Mail mail) {
    if (live->deliver(std::move(mail))) schedule(live);
}

void Engine::schedule(Live const& live) {
    if (!mail_.try_post([this, live] { handle_mails(live); })) later(retry_delay, [this, live] { schedule(live); });
}

void Engine::handle_mails(Live const& live) {
    while (auto mail = live->take()) {
        try {
            handle(live, *mail);
        } catch (std::exception const& error) {
            // The store could not take it, say a full disk. Nothing is lost: the spool keeps, the mail comes again.
            base::log_error("{}: {}; trying again", live->id, error.what());
            live->put_back(std::move(*mail));
            return later(retry_delay, [this, live] { schedule(live); });
        }
    }
}

void Engine::handle(Live const& live, Mail const& mail) {
    if (is_over(live->record.progress.state)) return;
    if (auto ended = std::get_if<TicketEnded>(&mail)) return handle_ended(live, *ended);
    if (std::holds_alternative<LogDue>(mail)) return collect(live);
    auto turn = begin_turn(*live);
    if (auto event = std::get_if<TaskEvent>(&mail)) {
        advance(*live, turn, *event);
    } else {
        auto const& started = std::get<TicketStarted>(mail);
        for (auto& [position, attempt] : turn.record.attempts) {
            if (attempt.ticket != started.ticket || attempt.state != "dispatching") continue;
            attempt.state = "running";
            attempt.started = started.at;
            advance(*live, turn, AttemptStarted{position});
        }
        // Told again after a restart, so it needs no commit of its own: the next one carries it.
        live->record = std::move(turn.record);
        return watchers_.notify(live->id);
    }
    commit(live, std::move(turn));
}

void Engine::commit(Live const& live, Turn turn) {
    if (!turn.writes.empty())
        store_.write([&](Transaction& transaction) {
            for (auto const& write : turn.writes) write(transaction);
        });
    turn.undo.settle();
    live->record = std::move(turn.record);
    if (!turn.over) know(live);
    act_all(turn.after);
    watchers_.notify(live->id);
    if (!turn.over) return;
    forget(*live);
    queue_.end(live->id);
    fill_slots();
}

// --- a turn ---------------------------------------------------------------------------------------------------

PlanInput Engine::plan_input(LiveTask const& live, TaskRecord const& record) const {
    PlanInput input;
    input.content = live.subjects.content.get();
    input.options.environment_id = live.subjects.environment.id;
    input.options.skip_actions = live.subjects.run.skip_actions;
    input.now = store_.clock().now();
    input.variables = [this, &live, &record](PlannedAction const& action, Outcomes outcomes) {
        auto resolution = std::make_shared<variables::Resolution>(resolve_for(
            store_, options_.server_uri, record.task, live.subjects, &action, outcomes, record.progress.error));
        return std::shared_ptr<variables::Dictionary const>(resolution, &resolution->dictionary());
    };
    return input;
}

void Engine::advance(LiveTask const& live, Turn& turn, TaskEvent const& event) {
    auto before = turn.record.progress.state;
    auto input = plan_input(live, turn.record);
    auto transition = domain::advance(turn.record.progress, event, input);
    turn.record.progress = std::move(transition.next);
    auto& task = turn.record.task;
    auto now = store_.clock().now();
    task.state = schema::name_of(turn.record.progress.state);
    task.warnings = turn.record.progress.warnings;
    task.canceled_by = turn.record.progress.canceled_by;
    task.updated = now;
    if (before == TaskState::queued && turn.record.progress.state == TaskState::executing) {
        task.started = now;
        task.picked_up = true;
        tell(turn, live, "RunbookRunStarted", "started");
    }
    for (auto const& command : transition.commands)
        std::visit([&](auto const& each) { obey(live, turn, each); }, command);
    turn.writes.push_back(
        [task = turn.record.task](Transaction& transaction) { store::update_task(transaction.session, task); });
}

namespace {

store::Attempt new_attempt(LiveTask const& live, std::size_t position, Decision const& decision) {
    auto const& action = live.actions[position];
    store::Attempt attempt;
    attempt.task_id = live.id;
    attempt.position = std::int64_t(position);
    attempt.step_id = action.step_id;
    attempt.action_id = action.action_id;
    attempt.name = action.name;
    attempt.decision = to_json(decision);
    return attempt;
}

} // namespace

void Engine::obey(LiveTask const& live, Turn& turn, Dispatch const& command) {
    auto const& action = live.actions[command.position];
    auto attempt = new_attempt(live, command.position, command.decision);
    attempt.ticket = base::to_hex(base::random_bytes(16));
    attempt.boot_id = boot_id_;
    attempt.state = "dispatching";
    run::Order order;
    try {
        auto const& progress = turn.record.progress;
        order = make_order(store_, options_.server_uri, turn.record.task, live.subjects, action, progress.outcomes,
                           progress.error, attempt.ticket);
    } catch (Error const& error) {
        if (turn.somebody_waits && !error.problems().empty()) throw; // what was asked for cannot be
        return refuse(live, turn, std::move(attempt), error.message());
    }
    turn.writes.push_back([attempt](Transaction& transaction) { store::insert_attempt(transaction.session, attempt); });
    // The worker gets ready while the commit is under way.
    auto ticket = attempt.ticket;
    turn.after.push_back([this, ticket] { worker_->start(ticket); });
    turn.undo.add([this, ticket] { worker_->complete(ticket); });
    worker_->prepare(std::move(order));
    turn.record.attempts[command.position] = std::move(attempt);
}

// Decided to run, but the script cannot be made: nothing was started, and the machine hears of it as of any end.
void Engine::refuse(LiveTask const& live, Turn& turn, store::Attempt attempt, std::string const& reason) {
    auto position = std::size_t(attempt.position);
    attempt.state = "ended";
    attempt.ending = "never_started";
    attempt.ended = store_.clock().now();
    attempt.reason = reason;
    turn.writes.push_back([attempt](Transaction& transaction) { store::insert_attempt(transaction.session, attempt); });
    turn.record.attempts[position] = std::move(attempt);
    Verdict verdict;
    verdict.kind = VerdictKind::never_started;
    verdict.message = reason;
    advance(live, turn, AttemptEnded{position, verdict});
}

void Engine::obey(LiveTask const& live, Turn& turn, RecordSkip const& command) {
    auto attempt = new_attempt(live, command.position, command.decision);
    attempt.state = "skipped";
    attempt.reason = command.decision.reason;
    attempt.started = attempt.ended = store_.clock().now();
    turn.writes.push_back([attempt](Transaction& transaction) { store::insert_attempt(transaction.session, attempt); });
    turn.record.attempts[command.position] = std::move(attempt);
}

void Engine::obey(LiveTask const& live, Turn& turn, RecordFailure const& command) {
    auto attempt = new_attempt(live, command.position, command.decision);
    attempt.state = "refused";
    attempt.reason = command.decision.fails.value_or("");
    attempt.started = attempt.ended = store_.clock().now();
    turn.writes.push_back([attempt](Transaction& transaction) { store::insert_attempt(transaction.session, attempt); });
    turn.record.attempts[command.position] = std::move(attempt);
}

void Engine::obey(LiveTask const&, Turn& turn, CancelAttempt const& command) {
    auto ticket = turn.record.attempts[command.position].ticket;
    turn.after.push_back([this, ticket] { worker_->cancel(ticket); });
}

void Engine::obey(LiveTask const& live, Turn& turn, Finish const& command) {
    auto& task = turn.record.task;
    task.state = schema::name_of(command.state);
    task.error = command.error;
    task.warnings = command.warnings;
    task.completed = store_.clock().now();
    turn.over = true;
    if (command.state == TaskState::success) keep_outputs(live, turn);
    switch (command.state) {
    case TaskState::success: return tell(turn, live, "RunbookRunSucceeded", "succeeded");
    case TaskState::canceled: return tell(turn, live, "TaskCanceled", "was canceled");
    default: return tell(turn, live, "RunbookRunFailed", "failed");
    }
}

void Engine::keep_outputs(LiveTask const& live, Turn& turn) {
    auto told =
        tell_outputs(store_, options_.server_uri, turn.record.task, live.subjects, turn.record.progress.outcomes);
    if (told.warnings) turn.record.task.warnings = true;
    if (told.write) turn.writes.push_back(std::move(told.write));
}

void Engine::tell(Turn& turn, LiveTask const& live, char const* category, std::string const& what) const {
    auto const& run = live.subjects.run;
    EventText text(category, run.space_id);
    text.name(run.id, run.name).say(" " + what);
    for (auto const& id :
         {turn.record.task.id, run.project.value, run.runbook.value, run.environment.value, run.snapshot.value})
        text.relate(id);
    auto event = text.done();
    event.details = turn.record.task.error;
    auto prepared = store::prepare_event(system_actor(), store_.clock().now(), event);
    turn.writes.push_back([prepared](Transaction& transaction) { store::append_event(transaction, prepared); });
}

// --- what workers say -----------------------------------------------------------------------------------------

void Engine::started(run::Ticket const& ticket, base::Time at) {
    if (auto live = find_by_ticket(ticket)) post(live, TicketStarted{ticket, at});
}

void Engine::advanced(run::Ticket const& ticket) {
    auto live = find_by_ticket(ticket);
    if (!live) return;
    watchers_.notify(live->id);
    if (live->log_scheduled.exchange(true)) return;
    later(log_delay, [this, live] { post(live, LogDue{}); });
}

void Engine::ended(run::Ticket const& ticket, run::Result const& result) {
    if (auto live = find_by_ticket(ticket)) post(live, TicketEnded{ticket, result});
}

// Everything there is so far, a commit a piece.
void Engine::collect(Live const& live) {
    live->log_scheduled = false;
    auto running = live->record.progress.running;
    if (!running) return;
    auto attempt = live->record.attempts[*running];
    while (auto piece = collect_piece(store_, *worker_, attempt)) keep_piece(live, attempt, *piece);
}

// Commits a piece with the attempt's counters; then the spool may forget it.
void Engine::keep_piece(Live const& live, store::Attempt const& attempt, Collected const& piece) {
    store_.write([&](Transaction& transaction) {
        insert_piece(transaction.session, attempt, piece);
        store::update_attempt(transaction.session, attempt);
    });
    worker_->acknowledge(attempt.ticket, std::uint64_t(attempt.next_sequence));
    live->record.attempts[std::size_t(attempt.position)] = attempt;
}

// All but the last piece, which shares the commit of the verdict.
std::optional<Collected> Engine::collect_rest(Live const& live, store::Attempt& attempt) {
    std::optional<Collected> last;
    for (auto before = attempt; auto piece = collect_piece(store_, *worker_, attempt); before = attempt) {
        if (last) keep_piece(live, before, *last);
        last = std::move(piece);
    }
    if (last) last = merged_with_small_ones(store_, attempt, std::move(*last));
    return last;
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

Verdict verdict_of(run::Result const& result, std::string const& said, bool error_output_fails) {
    auto with = [&](VerdictKind kind, std::string message) {
        Verdict verdict;
        verdict.kind = kind;
        verdict.message = said.empty() || kind == VerdictKind::succeeded ? std::move(message) : said;
        verdict.warnings = result.error_output;
        return verdict;
    };
    switch (result.ending) {
    case run::Ending::exited:
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

// The rest of the log, the verdict and the next step's dispatch are one commit.
void Engine::handle_ended(Live const& live, TicketEnded const& ended) {
    auto running = live->record.progress.running;
    if (!running || live->record.attempts[*running].ticket != ended.ticket) return;
    auto attempt_so_far = live->record.attempts[*running];
    auto result = ended.result;
    // Files of a ticket are not synced: after the machine restarted, that none is found proves nothing.
    if (attempt_so_far.boot_id != boot_id_ && result.ending == run::Ending::never_started) {
        result.ending = run::Ending::lost;
        result.reason = "the machine restarted";
    }
    auto last = collect_rest(live, attempt_so_far);
    auto turn = begin_turn(*live);
    auto& attempt = turn.record.attempts[*running];
    attempt = std::move(attempt_so_far);
    attempt.state = "ended";
    attempt.ending = ending_name(result.ending);
    attempt.code = result.code;
    attempt.ended = result.ended.time_since_epoch().count() ? result.ended : store_.clock().now();
    if (!attempt.started && result.started.time_since_epoch().count()) attempt.started = result.started;
    attempt.warnings = attempt.warnings || result.error_output;
    auto verdict = verdict_of(result, attempt.reason, fails_on_error_output(live->subjects, live->actions[*running]));
    if (result.ending == run::Ending::exited && result.code == 0 && verdict.kind == VerdictKind::failed)
        attempt.ending = "error_output";
    verdict.warnings = attempt.warnings;
    verdict.outputs = outputs_of(store_, attempt);
    attempt.reason = verdict.message;
    turn.writes.push_back([attempt, last = std::move(last)](Transaction& transaction) {
        if (last) insert_piece(transaction.session, attempt, *last);
        store::update_attempt(transaction.session, attempt);
    });
    turn.after.push_back([this, ticket = ended.ticket] { worker_->complete(ticket); });
    advance(*live, turn, AttemptEnded{*running, verdict});
    commit(live, std::move(turn));
}

// --- who is under way -------------------------------------------------------------------------------------------

Engine::Live Engine::find(std::string const& task_id) const {
    return known_.with([&](Known const& known) {
        auto at = known.by_task.find(task_id);
        return at == known.by_task.end() ? nullptr : at->second;
    });
}

Engine::Live Engine::find_by_ticket(run::Ticket const& ticket) const {
    return known_.with([&](Known const& known) {
        auto at = known.by_ticket.find(ticket);
        return at == known.by_ticket.end() ? nullptr : at->second;
    });
}

void Engine::know(Live const& live) {
    known_.with([&](Known& known) {
        known.by_task[live->id] = live;
        for (auto const& [position, attempt] : live->record.attempts)
            if (!attempt.ticket.empty() && attempt.state != "ended")
                known.by_ticket[attempt.ticket] = live;
            else
                known.by_ticket.erase(attempt.ticket);
    });
}

void Engine::forget(LiveTask const& live) {
    known_.with([&](Known& known) {
        known.by_task.erase(live.id);
        for (auto const& [position, attempt] : live.record.attempts) known.by_ticket.erase(attempt.ticket);
    });
    watchers_.forget(live.id);
}

bool Engine::request_cancel(std::string const& task_id, Actor const& by) {
    auto live = find(task_id);
    if (!live && queue_.stop_waiting(task_id)) {
        auto task = store_.read([&](store::Session& session) { return store::find_task(session, task_id); });
        if (!task) return false;
        live = load_if_possible(std::move(*task));
        if (!live) return true; // it is over
    }
    if (!live) return false;
    post(live, TaskEvent{CancelRequested{by.username}});
    return true;
}

void Engine::fill_slots() {
    if (!worker_) return;
    while (auto waiting = queue_.begin_next(store_.clock().now())) begin_waiting(*waiting);
}

void Engine::begin_waiting(Waiting const& waiting) {
    auto task = store_.read([&](store::Session& session) { return store::find_task(session, waiting.task_id); });
    if (!task || task->state != "Queued") return queue_.end(waiting.task_id);
    auto live = load_if_possible(std::move(*task));
    if (!live) return;
    know(live);
    post(live, TaskEvent{SlotGranted{}});
}

void Engine::expire(std::string const& task_id) {
    if (!queue_.stop_waiting(task_id)) return;
    auto task = store_.read([&](store::Session& session) { return store::find_task(session, task_id); });
    auto live = task ? load_if_possible(std::move(*task)) : nullptr;
    if (live) post(live, TaskEvent{QueueTimeExpired{}});
}

void Engine::space_changed(Space const& space) {
    queue_.set_space_stopped(space.id, space.task_queue_stopped);
    fill_slots();
}

// --- time -----------------------------------------------------------------------------------------------------

void Engine::later(base::Duration delay, std::function<void()> job) {
    auto when = store_.clock().now() + delay;
    bool is_first = due_.with([&](Due& due) { return due.jobs.emplace(when, std::move(job)) == due.jobs.begin(); });
    if (is_first) due_.change([](Due&) {}); // the clock's thread sleeps until what was first
}

void Engine::look_at_times_again() {
    later(base::Duration(0), [] {});
}

void Engine::keep_time(std::stop_token stop) {
    while (!stop.stop_requested()) {
        auto now = store_.clock().now();
        std::vector<std::function<void()>> ready;
        auto limit = std::chrono::milliseconds(60'000);
        if (auto change = queue_.next_change()) limit = std::clamp(*change - now, base::Duration(1), limit);
        due_.with([&](Due& due) {
            while (!due.jobs.empty() && due.jobs.begin()->first <= now) {
                ready.push_back(std::move(due.jobs.begin()->second));
                due.jobs.erase(due.jobs.begin());
            }
            if (!due.jobs.empty()) limit = std::min(limit, due.jobs.begin()->first - now);
        });
        for (auto const& job : ready) job();
        for (auto const& id : queue_.expired(now)) expire(id);
        fill_slots();
        if (!ready.empty()) continue;
        auto first = now + limit;
        due_.wait_for(
            stop, limit, [&](Due const& due) { return !due.jobs.empty() && due.jobs.begin()->first < first; },
            [](Due&) {});
    }
}

} // namespace stepwell::engine
