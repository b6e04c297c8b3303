// Follow-up actions on the task queue.
#pragma once
#include "operations/documents.h"

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

// Call after a space was changed: its queue may have been stopped or resumed.
void follow_space(engine::Engine& engine, Stored const& space);

} // namespace stepwell::operations
