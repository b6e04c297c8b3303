#include "operations/change_task_state.h"

#include "base/error.h"

namespace stepwell::operations {

using domain::TaskState;
using store::Session;
using store::Task;

namespace {

TaskState state_of(TaskEnd end) {
    switch (end) {
    case TaskEnd::canceled: return TaskState::canceled;
    case TaskEnd::failed: return TaskState::failed;
    case TaskEnd::success: break;
    }
    return TaskState::success;
}

std::string name(TaskState state) { return std::string(schema::name_of(state)); }

void check(Task const& task, TaskState next) {
    base::Problems problems;
    if (std::ranges::find(task_ends, schema::name_of(task.state)) == task_ends.end())
        problems.push_back({"", "Only the state of a completed task can be changed. The state of this task is " +
                                    name(task.state) + "."});
    if (task.state == next) problems.push_back({"State", "is " + name(next) + " already"});
    base::reject_if_any(std::move(problems));
}

domain::Event event_of(Task const& task, TaskState next, std::string const& reason) {
    domain::EventText text("TaskStateChanged", task.space_id);
    text.say("State of ")
        .name(task.id, task.description)
        .say(" was changed from " + name(task.state) + " to " + name(next))
        .relate(task.run_id);
    auto event = text.done();
    event.details = reason;
    return event;
}

} // namespace

Task change_task_state(Store& store, Caller const& caller, std::string const& task_id, TaskStateToSet const& sent) {
    Task next;
    commit(store, [&](Session& session) {
        auto const task = store::find_task(session, task_id);
        if (!task) store::throw_not_found(task_id);
        next = *task;
        next.state = state_of(sent.state.value());
        check(*task, next.state);
        Change change;
        change.use_reserve(store::Reserve::use);
        change.require(
            [before = task->state, next, failed_run = store::failed_run_of(session, next)](Transaction& transaction) {
                auto const now = store::find_task(transaction.session, next.id);
                if (!now || now->state != before) return false;
                store::update_task(transaction.session, next, failed_run);
                return true;
            });
        change.append(
            store::prepare_event(caller.actor, store.clock().now(), event_of(*task, next.state, sent.reason)));
        return change;
    });
    return next;
}

} // namespace stepwell::operations
