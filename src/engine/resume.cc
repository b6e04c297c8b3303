// What the last process left: read back from the store, and taken up again where the worker has it.
#include "base/log.h"
#include "engine/engine.h"
#include "engine/load_subjects.h"
#include "engine/make_order.h"

namespace stepwell::engine {

using namespace domain;

Engine::Live Engine::load(store::Task task) {
    auto subjects = store_.read([&](store::Session& session) { return load_subjects(store_, session, task); });
    TaskRecord record{std::move(task), {}, {}};
    std::vector<RecordedAttempt> recorded;
    store_.read([&](store::Session& session) {
        for (auto& attempt : store::list_attempts(session, record.task.id)) {
            recorded.push_back(recorded_of(store_, attempt));
            record.attempts[std::size_t(attempt.position)] = std::move(attempt);
        }
    });
    auto live = std::make_shared<LiveTask>(std::move(record), std::move(subjects));
    auto input = plan_input(*live, live->record);
    live->record.progress = domain::resume(input, state_of(live->record.task), live->record.task.canceled_by, recorded);
    return live;
}

// It may be one of thousands at a start: it fails alone.
Engine::Live Engine::load_if_possible(store::Task task) {
    try {
        return load(task);
    } catch (base::Error const& error) {
        if (error.kind() != base::Kind::not_found) throw;
        give_up(std::move(task), "What the run needs has been deleted. " + error.message());
        return nullptr;
    }
}

void Engine::give_up(store::Task task, std::string const& reason) {
    base::log_error("{}: {}", task.id, reason);
    task.state = schema::name_of(TaskState::failed);
    task.error = reason;
    task.completed = task.updated = store_.clock().now();
    EventText text("RunbookRunFailed", task.space_id);
    text.name(task.run_id, task.description).say(" failed");
    for (auto const& id : {task.id, task.project_id, task.runbook_id, task.environment_id}) text.relate(id);
    auto event = text.done();
    event.details = reason;
    auto prepared = store::prepare_event(system_actor(), task.updated, event);
    store_.write([&](store::Transaction& transaction) {
        store::update_task(transaction.session, task);
        store::append_event(transaction, prepared);
    });
    queue_.end(task.id);
    watchers_.forget(task.id);
}

void Engine::resume() {
    store_.read([&](store::Session& session) {
        auto spaces = store::list_documents(session, noun_of<Space>(), {{}, {}, {}, {}, 0, 1'000'000});
        for (auto const& space : spaces.items) space_changed(store::parse<Space>(space));
    });
    for (auto& task : store_.read([](store::Session& session) { return store::open_tasks(session); }))
        take_up(std::move(task));
    look_at_times_again();
    if (!worker_) return;
    for (auto const& ticket : worker_->list()) tidy(ticket);
    fill_slots();
}

// A ticket whose verdict is committed was not completed before the last process ended. One that the store does not
// know, such as of a folder put back from an older copy, is left as it is.
void Engine::tidy(run::Ticket const& ticket) {
    auto state = store_.read([&](store::Session& session) { return store::find_attempt_state(session, ticket); });
    if (!state) return base::log_warning("ticket {} belongs to no run of this server; it is left alone", ticket);
    if (*state == "ended") act_all({[&] { worker_->complete(ticket); }});
}

void Engine::take_up(store::Task task) {
    if (task.state == "Queued")
        return queue_.wait(
            {base::number_of(task.id), task.id, task.space_id, task.concurrency_tag, task.not_before, task.expires});
    if (!worker_) return; // what is under way goes on; a server that has a worker takes it up
    queue_.adopt(task.id, task.concurrency_tag);
    auto live = load_if_possible(std::move(task));
    if (!live) return;
    live->hold(); // until it is attached, what the worker says waits
    know(live);
    attach(live);
    handle_mails(live);
}

void Engine::attach(Live const& live) {
    auto const& progress = live->record.progress;
    if (!progress.running) return post(live, TaskEvent{SlotGranted{}});
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
