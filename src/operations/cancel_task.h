#pragma once
#include "engine/engine.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Cancels a waiting task immediately, a running one when its tree of processes is gone. The request is durable when
// this returns: a server that is killed cancels the task when it starts again. A task that has ended is unchanged.
// Throws Error{not_found} for an unknown one.
store::Task cancel_task(Store& store, engine::Engine& engine, Caller const& caller, std::string const& task_id);

} // namespace stepwell::operations
