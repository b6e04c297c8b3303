// The engine as callers of operations hold it: they pass it on, and only operations use it.
#pragma once

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

using engine::Engine;

} // namespace stepwell::operations
