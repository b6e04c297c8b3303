#pragma once
#include "base/fold.h"

#include <vector>

namespace stepwell::operations {

// Finds an element by id, ignoring case. Returns null if there is none.
template <class T> T const* find_by_id(std::vector<T> const& list, std::string const& id) {
    for (auto const& each : list)
        if (base::equal_folded(each.id, id)) return &each;
    return nullptr;
}

} // namespace stepwell::operations
