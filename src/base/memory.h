// What the allocator keeps of the memory that was freed.
#pragma once

namespace stepwell::base {

// Returns free memory to the system if the allocator keeps more than 16 MiB of it, at most once in 10 s. Otherwise
// returns immediately. Thread-safe.
void return_free_memory();

} // namespace stepwell::base
