#pragma once
#include "domain/caller.h"
#include "operations/documents.h"
#include "store/runs.h"

namespace stepwell::operations {

// Gives a task that has ended another end: Canceled, Failed or Success. The reason goes into the audit. Throws
// Error{not_found} for an unknown task, and Error{invalid} with every problem.
store::Task change_task_state(Store& store, Caller const& caller, std::string const& task_id, std::string const& state,
                              std::string const& reason);

} // namespace stepwell::operations
