#include "operations/task_queue.h"

#include "engine/engine.h"

namespace stepwell::operations {

void follow_space(engine::Engine& engine, Stored const& space) {
    engine.space_changed(store::parse<domain::Space>(space));
}

std::string find_trouble(engine::Engine& engine) {
    auto worker = engine.worker();
    return worker ? worker->trouble() : std::string();
}

} // namespace stepwell::operations
