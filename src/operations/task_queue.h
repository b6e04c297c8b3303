// The queue of tasks and the worker behind it.
#pragma once
#include "operations/documents.h"

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

// After a space was changed: its queue may have been stopped, or goes on.
void follow_space(engine::Engine& engine, Stored const& space);

} // namespace stepwell::operations
