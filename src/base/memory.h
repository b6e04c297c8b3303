// What the allocator keeps of the memory that was freed.
#pragma once

namespace stepwell::base {

// Makes the allocator return each block of 1 MiB or more to the system when it is freed, and not keep more than 1 MiB free
// at the end of a heap. By default both limits grow with what was freed before, up to 32 and 64 MiB for each thread's
// heap, of which return_free_memory() cannot return the end. Call it when the process starts.
void limit_free_memory();

// Returns free memory to the system if the allocator keeps more than 16 MiB of it, at most once in 10 s. Otherwise
// returns immediately. Thread-safe.
void return_free_memory();
// Returns all of it now, after work that took much. Takes some milliseconds. Thread-safe.
void return_all_free_memory();

} // namespace stepwell::base
