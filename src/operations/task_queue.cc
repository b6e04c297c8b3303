#include "operations/task_queue.h"

#include "engine/engine.h"

namespace stepwell::operations {

void follow_space(engine::Engine& engine, Stored const& space) { engine.follow_space(space.id); }

} // namespace stepwell::operations
