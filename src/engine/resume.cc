// Tasks from the store: those that the previous process left, and those that waited.
#include "base/error.h"
#include "base/log.h"
#include "engine/engine.h"
#include "engine/load_subjects.h"
#include "engine/make_order.h"
#include "engine/settle_attempt.h"

namespace stepwell::engine {

using namespace domain;

namespace {

constexpr int max_attempts = 5; // attempts to read a task

} // namespace

Engine::Live Engine::load(store::Task task) {
    auto subjects = store_.read([&](store::Session& session) { return load_subjects(store_, session, task); });
    TaskRecord record{std::move(task), {}, {}, 0};
    std::vector<RecordedAttempt> recorded;
    auto attempts = store_.read([&](store::Session& session) { return store::list_attempts(session, record.task.id); });
    for (auto& attempt : attempts) {
        recorded.push_back(recorded_of(store_, attempt));
        record.attempt_count = std::max(record.attempt_count, attempt.number);
        if (is_open(attempt.state)) record.open[attempt.key] = std::move(attempt);
    }
    auto live = std::make_shared<LiveTask>(std::move(record), std::move(subjects), Slot());
    auto& task_record = live->record;
    auto input = turns_.plan_input(*live, task_record);
    task_record.progress =
        domain::resume(input, task_record.task.state, task_record.task.canceled_by, std::move(recorded));
    live->output_totals = totals_of(task_record.progress);
    for (auto const& [key, attempt] : task_record.open)
        live->collections[key].outputs.emplace(store_, attempt, live->output_totals);
    return live;
}

// The task may be one of thousands, so it is retried by itself. Meanwhile it keeps its slot.
void Engine::bring(Arrival arrival) {
    try {
        bring_at_once(arrival);
        troubles_.over(arrival.task_id);
    } catch (std::exception const& error) {
        troubles_.met(arrival.task_id, error.what());
        ++arrival.failures;
        timer_.after(retry_delay, [this, arrival = std::move(arrival)] {
            messages_.post([this, arrival] {
                if (!stopping_) bring(arrival);
            });
        });
    }
}

void Engine::bring_at_once(Arrival const& arrival) {
    auto task = store_.read([&](store::Session& session) { return store::find_task(session, arrival.task_id); });
    if (!task || is_over(task->state)) {
        *arrival.slot = {};
        return;
    }
    Live live;
    try {
        live = load(*task);
    } catch (base::Error const& error) {
        bool is_deleted = error.kind() == base::Kind::not_found;
        if (!is_deleted && arrival.failures < max_attempts) throw;
        give_up(std::move(*task), (is_deleted ? "A document that the run needs was deleted. "
                                              : "A document that the run needs cannot be read. ") +
                                      error.message());
        *arrival.slot = {};
        return;
    }
    live->hold(Lane::messages); // messages from the worker wait until the task is attached
    live_tasks_.put(live);
    try {
        // Read here and not earlier: a later cancellation finds the registered task.
        auto by = store_.read([&](store::Session& session) { return store::find_cancel_request(session, live->id); });
        if (by) static_cast<void>(live->deliver(TaskEvent{CancelRequested{*by}}));
    } catch (...) {
        drop(*live);
        throw;
    }
    live->slot = std::move(*arrival.slot);
    for (auto const& [key, attempt] : live->record.open) {
        try {
            attach(*live, attempt);
        } catch (std::exception const& error) {
            base::log_error("{}: ticket {} cannot be attached: {}", live->id, attempt.ticket, error.what());
            run::Result lost;
            lost.reason = error.what();
            static_cast<void>(live->deliver(TicketEnded{attempt.ticket, lost}));
        }
    }
    if (live->record.open.empty()) static_cast<void>(live->deliver(arrival.event));
    let_go(live);
}

void Engine::give_up(store::Task task, std::string const& reason) {
    base::log_error("{}: {}", task.id, reason);
    task.state = TaskState::failed;
    task.error = reason;
    task.completed = task.updated = store_.clock().now();
    std::optional<store::FailedRun> failed_run;
    auto open = store_.read([&](store::Session& session) {
        failed_run = store::failed_run_of(session, task);
        return store::list_attempts(session, task.id);
    });
    std::erase_if(open, [](store::Attempt const& attempt) { return !is_open(attempt.state); });
    for (auto& attempt : open) end_without_result(attempt, AttemptEnding::lost, reason, task.updated);
    EventText text("RunbookRunFailed", task.space_id);
    text.name(task.run_id, task.description).say(" failed");
    for (auto const& id : {task.id, task.project_id, task.runbook_id, task.environment_id}) text.relate(id);
    auto event = text.done();
    event.details = reason;
    auto prepared = store::prepare_event(system_actor(), task.updated, event);
    auto change = [&](store::Transaction& transaction) {
        store::update_task(transaction.session, task, failed_run);
        for (auto const& attempt : open) store::update_attempt(transaction.session, attempt);
        store::append_event(transaction, prepared);
    };
    store_.write(change, store::Reserve::use);
    for (auto const& attempt : open) // ended() completes it
        if (auto worker = workers_.find(attempt.worker))
            run_all({[&] { worker->adopt(attempt.ticket, {}), worker->cancel(attempt.ticket); }});
    watchers_.forget(task.id);
}

void Engine::resume() {
    store_.read([&](store::Session& session) {
        auto spaces = store::list_documents(session, noun_of<Space>(), {{}, {}, {}, {}, 0, store::everything});
        for (auto const& stored : spaces.items) {
            auto const space = store::parse<Space>(stored);
            queue_.set_space_stopped(space.id, space.task_queue_stopped);
        }
    });
    auto open = store_.read([](store::Session& session) { return store::open_tasks(session); });
    for (auto const& task : open)
        if (task.state != TaskState::queued)
            take_up(task); // all of them have slots before the first waiting task may take one
    for (auto const& task : open)
        if (task.state == TaskState::queued) queue_.wait(waiting_of(task));
    auto canceled = store_.read([](store::Session& session) { return store::cancel_requests(session); });
    for (auto const& [task_id, by] : canceled) request_cancel(task_id, by);
    wake_timer();
    if (workers_.empty()) return;
    for (auto const& each : workers_.all()) {
        each.worker->remove_unstarted();
        for (auto const& ticket : each.worker->list()) tidy(ticket, *each.worker);
    }
    post_fill();
}

// A ticket with a committed verdict was not completed before the previous process ended. A ticket that is not in the
// store, for example because its folder was restored from an older copy, is left unchanged.
void Engine::tidy(run::Ticket const& ticket, run::Worker& worker) {
    auto state = store_.read([&](store::Session& session) { return store::find_attempt_state(session, ticket); });
    if (!state) return base::log_warning("ticket {} belongs to no run of this server; ignored", ticket);
    if (*state == AttemptState::ended) run_all({[&] { worker.complete(ticket); }});
}

void Engine::take_up(store::Task const& task) {
    if (workers_.empty()) return; // its scripts continue; the next start with a worker attaches to them
    bring({task.id, std::make_shared<Slot>(queue_.adopt(task.id, split_tags(task.concurrency_tag))), SlotGranted{}});
}

void Engine::attach(LiveTask const& live, store::Attempt const& attempt) {
    auto const& progress = live.record.progress;
    auto worker = workers_.find(attempt.worker);
    if (!worker)
        return base::log_warning("{}: step {} waits for the worker '{}', which is not registered", live.id,
                                 live.actions[attempt.key.action].number, attempt.worker);
    run::Order order;
    // After a restart of the worker's machine the effects of the script are unknown, so it is never sent again.
    if (attempt.boot_id == worker->boot_id() && attempt.state == AttemptState::dispatching)
        order = make_order_again(
            {turns_.context_of(live, live.record), live.actions[attempt.key.action], progress.outcomes, progress.error},
            attempt.ticket);
    worker->adopt(attempt.ticket, std::move(order));
    if (progress.state == TaskState::cancelling) worker->cancel(attempt.ticket);
}

} // namespace stepwell::engine
