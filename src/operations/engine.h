// A forward declaration of the engine for the callers of operations. They only pass it on; only operations use it.
#pragma once

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

using engine::Engine;

} // namespace stepwell::operations
