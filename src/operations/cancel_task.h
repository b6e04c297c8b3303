#pragma once
#include "engine/engine.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Cancels a task: a waiting task immediately, a running task when all of its processes have ended. Waits up to 2 s for
// a change of the task and returns its current state. The request is durable: if the server is killed, it cancels the
// task at the next start. A task that has ended is unchanged. Throws Error{not_found} if the task does not exist.
store::Task cancel_task(Store& store, engine::Engine& engine, Caller const& caller, std::string const& task_id);

} // namespace stepwell::operations
