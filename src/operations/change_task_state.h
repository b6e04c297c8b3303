#pragma once
#include "operations/change.h"
#include "store/runs.h"

namespace stepwell::operations {

// The states that a client can set on a completed task.
enum class TaskEnd { canceled, failed, success };
constexpr std::array<std::string_view, 3> task_ends{"Canceled", "Failed", "Success"};
constexpr auto const& names_of(TaskEnd) { return task_ends; }

struct TaskStateToSet {
    std::optional<TaskEnd> state;
    std::string reason;

    static constexpr std::string_view type_name = "ChangeTaskStateCommand";
    static void describe(auto& field) {
        field("State", &TaskStateToSet::state, schema::required | schema::like("Success"), "New state.");
        field("Reason", &TaskStateToSet::reason,
              schema::required | schema::like("The restart succeeded at the second attempt."),
              "Reason for the change, recorded in the audit log.");
    }
};
// Sets the state of a completed task. Throws Error{invalid} if the task is not completed or already has that state.
store::Task change_task_state(Store& store, Caller const& caller, std::string const& task_id,
                              TaskStateToSet const& sent);

} // namespace stepwell::operations
