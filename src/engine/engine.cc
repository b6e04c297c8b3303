#include "engine/engine.h"

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "base/memory.h"
#include "engine/evaluation_turn.h"
#include "engine/make_order.h"

namespace stepwell::engine {

using namespace domain;
using store::Transaction;

namespace {

constexpr std::size_t max_turns = 1'000'000;             // posted; a task has at most one of each lane
constexpr auto retry_delay = std::chrono::seconds(2);    // after the store refused
constexpr auto max_hold = std::chrono::milliseconds(50); // for mail, while other tasks may have some

} // namespace

void run_all(std::vector<std::function<void()>> const& actions) {
    for (auto const& action : actions) {
        try {
            action();
        } catch (std::exception const& error) {
            base::log_error("follow-up action failed: {}", error.what());
        }
    }
}

Waiting waiting_of(store::Task const& task) {
    return {base::number_of(task.id),         task.id,         task.space_id,
            split_tags(task.concurrency_tag), task.not_before, task.expires};
}

Engine::Engine(store::Store& store, Options options)
    : store_(store), options_(std::move(options)), boot_id_(base::boot_id()),
      queue_(options_.slots, [this] { post_fill(); }), mail_(max_turns), logs_(max_turns) {}

// Tasks that are dropped now give their slots back to no one.
Engine::~Engine() { queue_.close(); }

void Engine::work(std::stop_token stop) {
    std::stop_callback on_stop(stop, [this] { stopping_ = true; });
    mail_.serve(stop);
}

// --- admission ------------------------------------------------------------------------------------------------

Admission Engine::admit(store::Task task, Subjects subjects) {
    auto waiting = waiting_of(task);
    auto slot = worker_ ? queue_.try_begin(waiting, store_.clock().now()) : Slot();
    Admission admission(*this);
    if (!slot) {
        EvaluationTurn const turn(*this, subjects);
        check_values(store_, options_.server_uri, task, subjects);
        admission.waiting_ = std::move(waiting);
        admission.turn_.record.task = std::move(task);
        return admission;
    }
    auto live = std::make_shared<LiveTask>(TaskRecord{std::move(task), {}, {}}, std::move(subjects), std::move(slot));
    live->hold(Lane::mail);
    admission.turn_ = begin_turn(*live, true);
    advance(*live, admission.turn_, SlotGranted{});
    admission.live_ = live;
    know(live); // so that a cancellation which comes right after the commit finds it
    return admission;
}

void Admission::write(store::Transaction& transaction) const {
    store::insert_task(transaction.session, turn_.record.task);
    turn_.write(transaction);
}

void Admission::committed() {
    auto engine = std::exchange(engine_, nullptr);
    if (live_) {
        engine->apply(live_, std::move(turn_));
        return engine->work_on(live_, Lane::mail);
    }
    auto id = waiting_.task_id;
    engine->queue_.wait(std::move(waiting_));
    engine->post_fill();
    engine->wake_timer();
    // It may have been canceled after the commit, when it did not wait yet. The run exists: a read that fails must not
    // fail the request.
    struct CancelCheck {
        Engine* engine;
        std::string id;
        void operator()() const {
            try {
                auto find = [this](store::Session& session) { return store::find_cancel_request(session, id); };
                auto by = engine->store_.read(find);
                engine->troubles_.over(id);
                if (by) engine->request_cancel(id, *by);
            } catch (std::exception const& error) {
                engine->troubles_.met(id, fmt::format("its cancel request cannot be read: {}", error.what()));
                engine->later(retry_delay, [check = *this] { check.engine->mail_.post(check); });
            }
        }
    };
    CancelCheck{engine, std::move(id)}();
}

Admission::~Admission() {
    if (engine_ && live_) engine_->forget(*live_);
}

// --- mail -----------------------------------------------------------------------------------------------------

void Engine::post(Live const& live, Mail mail) {
    if (live->deliver(std::move(mail))) post_turn(live, Lane::mail);
}

void Engine::post_turn(Live const& live, Lane lane) {
    (lane == Lane::mail ? mail_ : logs_).post([this, live, lane] {
        if (!stopping_ && live->hold(lane)) work_on(live, lane);
    });
}

// The calling thread holds the task.
void Engine::work_on(Live const& live, Lane lane) {
    if (!handle_mails(live)) return;
    if (lane == Lane::log && live->take_log()) {
        try {
            take_log(live);
            log_troubles_.over(live->id);
        } catch (std::exception const& error) {
            log_troubles_.met(live->id, fmt::format("its log cannot be collected: {}", error.what()));
            later(retry_delay, [this, live] { want_log(live); });
        }
    }
    let_go(live);
}

// Returns false if the task is held until a mail that failed is tried again.
bool Engine::handle_mails(Live const& live) {
    auto const end = std::chrono::steady_clock::now() + max_hold;
    while (!stopping_) {
        auto mail = live->take();
        if (!mail) return true;
        try {
            handle(live, *mail);
            troubles_.over(live->id);
        } catch (std::exception const& error) {
            // The store could not take it, say a full disk. Nothing is lost: the spool keeps, the mail comes again.
            troubles_.met(live->id, error.what());
            live->put_back(std::move(*mail));
            later(retry_delay, [this, live] { let_go(live); });
            return false;
        }
        if (std::chrono::steady_clock::now() > end) return true; // what is left goes to the end of the line
    }
    return false;
}

void Engine::let_go(Live const& live) {
    auto wanted = live->let_go();
    if (wanted.mail) post_turn(live, Lane::mail);
    if (wanted.log) post_turn(live, Lane::log);
}

void Engine::handle(Live const& live, Mail const& mail) {
    if (is_over(live->record.progress.state)) return;
    if (auto ended = std::get_if<TicketEnded>(&mail)) return handle_ended(live, *ended);
    if (auto started = std::get_if<TicketStarted>(&mail)) return handle_started(live, *started);
    auto turn = begin_turn(*live);
    advance(*live, turn, std::get<TaskEvent>(mail));
    commit(live, std::move(turn));
}

void Engine::commit(Live const& live, Turn turn) {
    if (!turn.writes.empty())
        store_.write([&](Transaction& transaction) { turn.write(transaction); }, store::Reserve::use);
    apply(live, std::move(turn));
}

// All that follows a committed turn, of an admission as of any other.
void Engine::apply(Live const& live, Turn turn) {
    turn.undo.settle();
    live->record = std::move(turn.record);
    for (auto& event : turn.next) static_cast<void>(live->deliver(std::move(event))); // to the holder
    if (!turn.over) know(live);
    run_all(turn.after);
    if (!turn.over) return watchers_.notify(live->id);
    forget(*live);
    live->slot = {};
    base::return_free_memory();
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
    for (auto troubles : {&troubles_, &log_troubles_}) troubles->over(live.id);
}

bool Engine::request_cancel(std::string const& task_id, std::string const& username) {
    if (auto live = find(task_id)) {
        post(live, TaskEvent{CancelRequested{username}});
        return true;
    }
    if (!queue_.stop_waiting(task_id)) return false;
    bring({task_id, std::make_shared<Slot>(), CancelRequested{username}});
    return true;
}

void Engine::space_changed(Space const& space) {
    queue_.set_space_stopped(space.id, space.task_queue_stopped);
    post_fill();
}

// --- tasks that waited -----------------------------------------------------------------------------------------

void Engine::post_fill() {
    if (!is_filling_.exchange(true)) mail_.post([this] { fill_slots(); });
}

void Engine::fill_slots() {
    is_filling_ = false;
    if (!worker_) return;
    while (!stopping_) {
        auto begun = queue_.begin_next(store_.clock().now());
        if (!begun) return;
        bring({begun->task.task_id, std::make_shared<Slot>(std::move(begun->slot)), SlotGranted{}});
    }
}

// --- time -----------------------------------------------------------------------------------------------------

void Engine::later(base::Duration delay, std::function<void()> job) {
    auto when = store_.clock().now() + delay;
    bool is_first = due_.with([&](Due& due) { return due.jobs.emplace(when, std::move(job)) == due.jobs.begin(); });
    if (is_first) due_.change([](Due&) {}); // the clock's thread sleeps until what was first
}

void Engine::wake_timer() {
    due_.change([](Due& due) { due.is_stale = true; });
}

std::vector<std::function<void()>> Engine::take_due(base::Time now, base::Duration& limit) {
    return due_.with([&](Due& due) {
        std::vector<std::function<void()>> ready;
        due.is_stale = false;
        while (!due.jobs.empty() && due.jobs.begin()->first <= now) {
            ready.push_back(std::move(due.jobs.begin()->second));
            due.jobs.erase(due.jobs.begin());
        }
        if (!due.jobs.empty()) limit = std::min(limit, due.jobs.begin()->first - now);
        return ready;
    });
}

// Only posts: what has to be done is work of other threads.
void Engine::keep_time(std::stop_token stop) {
    std::optional<base::Time> change;
    while (!stop.stop_requested()) {
        auto now = store_.clock().now();
        if (change && *change <= now) post_fill();
        base::Duration limit = std::chrono::milliseconds(60'000);
        auto ready = take_due(now, limit);
        run_all(ready);
        base::return_free_memory();
        for (auto& expired : queue_.take_expired(now))
            mail_.post(
                [this, id = std::move(expired.task_id)] { bring({id, std::make_shared<Slot>(), QueueTimeExpired{}}); });
        change = queue_.next_change(now);
        if (change) limit = std::min(limit, *change - now);
        auto first = now + limit;
        due_.wait_for(
            stop, limit,
            [&](Due const& due) { return due.is_stale || (!due.jobs.empty() && due.jobs.begin()->first < first); },
            [](Due&) {});
    }
}

} // namespace stepwell::engine
