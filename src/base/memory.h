// Control of the memory that the allocator keeps after it was freed.
#pragma once

namespace stepwell::base {

// Makes the allocator return each block of 1 MiB or more to the system when it is freed, and keep at most 1 MiB free at
// the end of a heap. By default, both limits grow with earlier frees, up to 32 and 64 MiB for each thread's heap, and
// return_free_memory() cannot return the end of a heap. Call once at process start.
void limit_free_memory();

// Returns free memory to the system if the allocator keeps more than 16 MiB of it, at most once in 10 s. Otherwise
// returns immediately. Thread-safe.
void return_free_memory();
// Returns all free memory to the system, for example after expensive work. Takes a few milliseconds. Thread-safe.
void return_all_free_memory();

} // namespace stepwell::base
