#include "engine/engine.h"

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/documents.h"

namespace stepwell::engine {

using namespace domain;
using store::Transaction;

namespace {

constexpr std::size_t max_turns = 1'000'000;             // of the queue; a task has at most one turn of each lane
constexpr auto max_hold = std::chrono::milliseconds(50); // maximum time for messages of one task while others wait

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
    : store_(store), options_(std::move(options)), turns_(store_, workers_, options_.server_uri, options_.placement),
      queue_(options_.slots, [this] { post_fill(); }), timer_(store_.clock()), messages_(max_turns), logs_(max_turns) {}

// Slots of tasks that are destroyed from here on are not given to other tasks.
Engine::~Engine() { queue_.close(); }

void Engine::work(std::stop_token stop) {
    std::stop_callback on_stop(stop, [this] { stopping_ = true; });
    messages_.serve(stop);
}

// --- admission ------------------------------------------------------------------------------------------------

Admission Engine::admit(store::Task task, Subjects subjects) {
    auto waiting = waiting_of(task);
    auto slot = workers_.empty() ? Slot() : queue_.try_begin(waiting, store_.clock().now());
    Admission admission(*this);
    if (!slot) {
        turns_.check_waiting(task, subjects);
        admission.waiting_ = std::move(waiting);
        admission.turn_.record.task = std::move(task);
        return admission;
    }
    auto live =
        std::make_shared<LiveTask>(TaskRecord{std::move(task), {}, {}, 0}, std::move(subjects), std::move(slot));
    live->hold(Lane::messages);
    admission.turn_ = TurnBuilder::begin(*live, true);
    turns_.advance(*live, admission.turn_, SlotGranted{});
    admission.live_ = live;
    live_tasks_.put(live); // so that a cancellation immediately after the commit finds it
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
        return engine->work_on(live_, Lane::messages);
    }
    auto id = waiting_.task_id;
    engine->queue_.wait(std::move(waiting_));
    engine->post_fill();
    engine->wake_timer();
    // The task may have been canceled after the commit and before it waited. The run exists, so a failed read must not
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
                engine->timer_.after(Engine::retry_delay, [check = *this] { check.engine->messages_.post(check); });
            }
        }
    };
    CancelCheck{engine, std::move(id)}();
}

Admission::~Admission() {
    if (engine_ && live_) engine_->drop(*live_);
}

// --- turns ----------------------------------------------------------------------------------------------------

void Engine::post(Live const& live, Message message) {
    if (live->deliver(std::move(message))) post_turn(live, Lane::messages);
}

void Engine::post_turn(Live const& live, Lane lane) {
    (lane == Lane::messages ? messages_ : logs_).post([this, live, lane] {
        if (!stopping_ && live->hold(lane)) work_on(live, lane);
    });
}

// Handles messages and, if it is scheduled, a part of the log of a task. The calling thread must hold the task.
void Engine::work_on(Live const& live, Lane lane) {
    if (!handle_messages(live)) return;
    if (auto ticket = lane == Lane::log ? live->take_log() : std::nullopt) {
        try {
            take_log(live, *ticket);
            log_troubles_.over(log_name(*live, *ticket));
        } catch (std::exception const& error) {
            log_troubles_.met(log_name(*live, *ticket), fmt::format("its log cannot be collected: {}", error.what()));
            live->schedule_log(*ticket);
            timer_.after(retry_delay, [this, live, ticket = *ticket] { want_log(live, ticket); });
        }
    }
    let_go(live);
}

// Handles messages for at most max_hold. Returns false if the task remains held until a failed message is retried, or
// if the engine is stopping.
bool Engine::handle_messages(Live const& live) {
    auto const end = std::chrono::steady_clock::now() + max_hold;
    while (!stopping_) {
        auto message = live->take();
        if (!message) return true;
        try {
            handle(live, *message);
            troubles_.over(live->id);
        } catch (std::exception const& error) {
            // The commit failed, for example on a full disk. No data is lost: the spool keeps its records, and the
            // message is handled again.
            troubles_.met(live->id, error.what());
            live->put_back(std::move(*message));
            timer_.after(retry_delay, [this, live] { let_go(live); });
            return false;
        }
        if (std::chrono::steady_clock::now() > end) return true; // other tasks are next
    }
    return false;
}

void Engine::let_go(Live const& live) {
    auto wanted = live->let_go();
    if (wanted.messages) post_turn(live, Lane::messages);
    if (wanted.log) post_turn(live, Lane::log);
}

void Engine::handle(Live const& live, Message const& message) {
    if (is_over(live->record.progress.state)) return;
    if (auto ended = std::get_if<TicketEnded>(&message)) return handle_ended(live, *ended);
    if (auto started = std::get_if<TicketStarted>(&message)) return handle_started(live, *started);
    auto turn = TurnBuilder::begin(*live);
    turns_.advance(*live, turn, std::get<TaskEvent>(message));
    commit(live, std::move(turn));
}

void Engine::commit(Live const& live, Turn turn) {
    if (!turn.writes.empty())
        store_.write([&](Transaction& transaction) { turn.write(transaction); }, store::Reserve::use);
    apply(live, std::move(turn));
}

// Runs the follow-up of a committed turn or admission.
void Engine::apply(Live const& live, Turn turn) {
    turn.undo.settle();
    live->record = std::move(turn.record);
    for (auto& event : turn.next) static_cast<void>(live->deliver(std::move(event))); // the holder handles it
    if (!turn.is_end) live_tasks_.put(live);
    run_all(turn.after);
    if (!turn.is_end) return watchers_.notify(live->id);
    drop(*live);
    live->slot = {};
    base::return_free_memory();
}

// Removes a task that has ended from all tables.
void Engine::drop(LiveTask const& live) {
    live_tasks_.remove(live.id);
    watchers_.forget(live.id);
    troubles_.over(live.id);
}

std::string Engine::find_worker_trouble(std::chrono::milliseconds limit) const {
    for (auto const& each : workers_.all())
        if (auto trouble = each.worker->probe(limit); !trouble.empty()) return trouble;
    return {};
}

bool Engine::request_cancel(std::string const& task_id, std::string const& username) {
    if (auto live = live_tasks_.find(task_id)) {
        post(live, TaskEvent{CancelRequested{username}});
        return true;
    }
    if (!queue_.stop_waiting(task_id)) return false;
    bring({task_id, std::make_shared<Slot>(), CancelRequested{username}});
    return true;
}

void Engine::follow_space(std::string const& space_id) {
    std::lock_guard lock(spaces_); // the last caller reads the latest state
    auto const space =
        store_.read([&](store::Session& session) { return store::find<domain::Space>(session, space_id); });
    queue_.set_space_stopped(space_id, space && space->task_queue_stopped);
    post_fill();
}

// --- tasks that waited -----------------------------------------------------------------------------------------

void Engine::post_fill() {
    if (!is_filling_.exchange(true)) messages_.post([this] { fill_slots(); });
}

void Engine::fill_slots() {
    is_filling_ = false;
    if (workers_.empty()) return;
    while (!stopping_) {
        auto begun = queue_.begin_next(store_.clock().now());
        if (!begun) return;
        bring({begun->task.task_id, std::make_shared<Slot>(std::move(begun->slot)), SlotGranted{}});
    }
}

// --- time -----------------------------------------------------------------------------------------------------

// Only posts work; other threads do it.
void Engine::keep_time(std::stop_token stop) {
    std::optional<base::Time> change; // next time at which a task in the queue may start or expires
    auto on_turn = [&](base::Time now) {
        if (change && *change <= now) post_fill();
        base::return_free_memory();
        for (auto& expired : queue_.take_expired(now))
            messages_.post(
                [this, id = std::move(expired.task_id)] { bring({id, std::make_shared<Slot>(), QueueTimeExpired{}}); });
        return change = queue_.next_change(now);
    };
    timer_.serve(on_turn, stop);
}

} // namespace stepwell::engine
