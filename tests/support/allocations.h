// Counts what the program allocates, on all threads.
#pragma once
#include <cstddef>

namespace stepwell::tests {

class Allocations {
public:
    // Starts counting.
    Allocations();

    std::size_t peak() const;  // bytes allocated at one time, beyond those at the start
    std::size_t total() const; // bytes allocated in all, freed or not
};

} // namespace stepwell::tests
