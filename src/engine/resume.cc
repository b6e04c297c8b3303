// Tasks that come from the store: those the last process left, and those that waited.
#include "base/error.h"
#include "base/log.h"
#include "engine/engine.h"
#include "engine/load_subjects.h"
#include "engine/make_order.h"

namespace stepwell::engine {

using namespace domain;

namespace {

constexpr auto retry_delay = std::chrono::seconds(2);
constexpr int max_attempts = 5; // to read a task

} // namespace

Engine::Live Engine::load(store::Task task) {
    auto subjects = store_.read([&](store::Session& session) { return load_subjects(store_, session, task); });
    TaskRecord record{std::move(task), {}, {}};
    std::vector<RecordedAttempt> recorded;
    auto attempts = store_.read([&](store::Session& session) { return store::list_attempts(session, record.task.id); });
    for (auto& attempt : attempts) {
        recorded.push_back(recorded_of(store_, attempt));
        record.attempts[std::size_t(attempt.position)] = std::move(attempt);
    }
    auto live = std::make_shared<LiveTask>(std::move(record), std::move(subjects), Slot());
    auto input = plan_input(*live, live->record);
    live->record.progress = domain::resume(input, state_of(live->record.task), live->record.task.canceled_by, recorded);
    return live;
}

// It may be one of thousands: it is tried again alone, and fails alone. Meanwhile it keeps the slot it has.
void Engine::bring(Arrival arrival) {
    try {
        bring_at_once(arrival);
        troubles_.over(arrival.task_id);
    } catch (std::exception const& error) {
        troubles_.met(arrival.task_id, error.what());
        ++arrival.attempts;
        later(retry_delay, [this, arrival = std::move(arrival)] {
            mail_.post([this, arrival] {
                if (!stopping_) bring(arrival);
            });
        });
    }
}

void Engine::bring_at_once(Arrival const& arrival) {
    auto task = store_.read([&](store::Session& session) { return store::find_task(session, arrival.task_id); });
    if (!task || is_over(state_of(*task))) {
        *arrival.slot = {};
        return;
    }
    Live live;
    try {
        live = load(*task);
    } catch (base::Error const& error) {
        bool is_deleted = error.kind() == base::Kind::not_found;
        if (!is_deleted && arrival.attempts < max_attempts) throw;
        give_up(std::move(*task),
                (is_deleted ? "What the run needs has been deleted. " : "What the run needs cannot be read. ") +
                    error.message());
        *arrival.slot = {};
        return;
    }
    live->hold(Lane::mail); // until it is attached, what the worker says waits
    know(live);
    try {
        // Only now: a cancellation that is committed later finds the task under way.
        auto by = store_.read([&](store::Session& session) { return store::find_cancel_request(session, live->id); });
        if (by) static_cast<void>(live->deliver(TaskEvent{CancelRequested{*by}}));
    } catch (...) {
        forget(*live);
        throw;
    }
    live->slot = std::move(*arrival.slot);
    if (live->record.progress.running)
        attach(live);
    else
        static_cast<void>(live->deliver(arrival.event));
    let_go(live);
}

void Engine::give_up(store::Task task, std::string const& reason) {
    base::log_error("{}: {}", task.id, reason);
    task.state = schema::name_of(TaskState::failed);
    task.error = reason;
    task.completed = task.updated = store_.clock().now();
    auto open = store_.read([&](store::Session& session) { return store::list_attempts(session, task.id); });
    std::erase_if(open, [](store::Attempt const& attempt) {
        return attempt.state != "dispatching" && attempt.state != "running";
    });
    for (auto& attempt : open) {
        attempt.state = "ended";
        attempt.ending = "lost";
        attempt.reason = reason;
        attempt.ended = task.completed;
    }
    EventText text("RunbookRunFailed", task.space_id);
    text.name(task.run_id, task.description).say(" failed");
    for (auto const& id : {task.id, task.project_id, task.runbook_id, task.environment_id}) text.relate(id);
    auto event = text.done();
    event.details = reason;
    auto prepared = store::prepare_event(system_actor(), task.updated, event);
    auto change = [&](store::Transaction& transaction) {
        store::update_task(transaction.session, task);
        for (auto const& attempt : open) store::update_attempt(transaction.session, attempt);
        store::append_event(transaction, prepared);
    };
    store_.write(change, store::Reserve::use);
    for (auto const& attempt : open) // ended() completes it
        if (worker_) run_all({[&] { worker_->adopt(attempt.ticket, {}), worker_->cancel(attempt.ticket); }});
    watchers_.forget(task.id);
}

void Engine::resume() {
    store_.read([&](store::Session& session) {
        auto spaces = store::list_documents(session, noun_of<Space>(), {{}, {}, {}, {}, 0, 1'000'000});
        for (auto const& space : spaces.items) space_changed(store::parse<Space>(space));
    });
    auto open = store_.read([](store::Session& session) { return store::open_tasks(session); });
    for (auto const& task : open)
        if (task.state != "Queued") take_up(task); // all have their slots before the first that waits may take one
    for (auto const& task : open)
        if (task.state == "Queued") queue_.wait(waiting_of(task));
    auto canceled = store_.read([](store::Session& session) { return store::cancel_requests(session); });
    for (auto const& [task_id, by] : canceled) request_cancel(task_id, by);
    wake_timer();
    if (!worker_) return;
    for (auto const& ticket : worker_->list()) tidy(ticket);
    post_fill();
}

// A ticket whose verdict is committed was not completed before the last process ended. One that the store does not
// know, such as of a folder put back from an older copy, is left as it is.
void Engine::tidy(run::Ticket const& ticket) {
    auto state = store_.read([&](store::Session& session) { return store::find_attempt_state(session, ticket); });
    if (!state) return base::log_warning("ticket {} belongs to no run of this server; it is left alone", ticket);
    if (*state == "ended") run_all({[&] { worker_->complete(ticket); }});
}

void Engine::take_up(store::Task const& task) {
    if (!worker_) return; // what is under way goes on; a server that has a worker takes it up
    bring({task.id, std::make_shared<Slot>(queue_.adopt(task.id, split_tags(task.concurrency_tag))), SlotGranted{}});
}

void Engine::attach(Live const& live) {
    auto const& progress = live->record.progress;
    auto const& attempt = live->record.attempts[*progress.running];
    run::Order order;
    // After a restart of the machine nobody knows what the script did: it is never sent again.
    if (attempt.boot_id == boot_id_ && attempt.state == "dispatching")
        order = make_order_again(store_, options_.server_uri, live->record.task, live->subjects,
                                 live->actions[*progress.running], progress.outcomes, progress.error, attempt.ticket);
    worker_->adopt(attempt.ticket, std::move(order));
    if (progress.state == TaskState::cancelling) worker_->cancel(attempt.ticket);
}

} // namespace stepwell::engine
