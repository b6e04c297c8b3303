#pragma once
#include "engine/engine.h"
#include "operations/documents.h"

namespace stepwell::operations {

// A waiting task is canceled at once, a running one when its tree of processes is gone. A task that is over stays as it
// is. Throws Error{not_found} for an unknown one.
store::Task cancel_task(Store& store, engine::Engine& engine, Actor const& actor, std::string const& task_id);

} // namespace stepwell::operations
