#include "operations/change_task_state.h"

#include "base/error.h"

namespace stepwell::operations {

namespace {

using domain::TaskState;

constexpr std::array ends{TaskState::canceled, TaskState::failed, TaskState::success}; // that a caller may choose

bool is_end(TaskState state) { return std::ranges::find(ends, state) != ends.end(); }

// Throws Error{invalid} with all problems.
TaskState check(store::Task const& task, std::string const& state, std::string const& reason) {
    base::Problems problems;
    auto const chosen = std::ranges::find(ends, state, [](TaskState each) { return schema::name_of(each); });
    auto const before = std::string(schema::name_of(task.state));
    if (chosen == ends.end()) problems.push_back({"State", "must be one of Canceled, Failed, Success"});
    if (reason.empty()) problems.push_back({"Reason", "is required"});
    if (!is_end(task.state))
        problems.push_back({"", "Only a completed task can be given another state; this one is " + before + "."});
    if (before == state) problems.push_back({"State", "is " + state + " already"});
    base::reject_if_any(std::move(problems));
    return *chosen;
}

domain::Event event_of(store::Task const& task, std::string const& state, std::string const& reason) {
    domain::EventText text("TaskStateChanged", task.space_id);
    text.say("State of ")
        .name(task.id, task.description)
        .say(" was changed from " + std::string(schema::name_of(task.state)) + " to " + state)
        .relate(task.run_id);
    auto event = text.done();
    event.details = reason;
    return event;
}

} // namespace

store::Task change_task_state(Store& store, domain::Caller const& caller, std::string const& task_id,
                              std::string const& state, std::string const& reason) {
    auto task = store.read([&](store::Session& session) { return store::find_task(session, task_id); });
    if (!task) store::throw_not_found(task_id);
    auto const chosen = check(*task, state, reason);
    auto const event = store::prepare_event(caller.actor, store.clock().now(), event_of(*task, state, reason));
    task->state = chosen;
    auto change = [&](Transaction& transaction) {
        store::update_task(transaction.session, *task);
        store::append_event(transaction, event);
    };
    store.write(change, store::Reserve::use);
    return std::move(*task);
}

} // namespace stepwell::operations
