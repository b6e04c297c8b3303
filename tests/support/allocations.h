// Counts the memory that the program allocates, on all threads.
#pragma once
#include <cstddef>

namespace stepwell::tests {

class Allocations {
public:
    // Starts counting.
    Allocations();

    std::size_t peak() const;  // maximum bytes allocated at a time, in addition to those at the start
    std::size_t total() const; // bytes allocated in total, freed or not
};

} // namespace stepwell::tests
