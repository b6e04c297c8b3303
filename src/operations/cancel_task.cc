#include "operations/cancel_task.h"

namespace stepwell::operations {

store::Task cancel_task(Store& store, engine::Engine& engine, Caller const& caller, std::string const& task_id) {
    auto load = [&] {
        auto task = store.read([&](store::Session& session) { return store::find_task(session, task_id); });
        if (!task) store::throw_not_found(task_id);
        return std::move(*task);
    };
    auto task = load();
    if (task.completed) return task;
    domain::EventText text("TaskCancelRequested", task.space_id);
    text.say("Cancellation of ").name(task.id, task.description).say(" was asked for").relate(task.run_id);
    auto event = store::prepare_event(caller.actor, store.clock().now(), text.done());
    bool is_open = false;
    auto change = [&](Transaction& transaction) {
        is_open = store::request_cancel(transaction.session, task.id, caller.actor.username);
        if (is_open) store::append_event(transaction, event);
    };
    store.write(change, store::Reserve::use);
    if (!is_open) return load();
    auto seen = engine.watchers().seen(task.id);
    if (engine.request_cancel(task.id, caller.actor.username))
        engine.watchers().wait_for(task.id, seen, std::chrono::seconds(2));
    return load();
}

} // namespace stepwell::operations
