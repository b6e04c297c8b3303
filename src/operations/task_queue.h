// The queue of tasks and the worker behind it.
#pragma once
#include "operations/documents.h"

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

// After a space was changed: its queue may have been stopped, or goes on.
void follow_space(engine::Engine& engine, Stored const& space);
// Why no script can be started at present; empty when they can.
std::string find_trouble(engine::Engine& engine);

} // namespace stepwell::operations
