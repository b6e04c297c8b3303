#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Gives documents of one space the order of `ids`, which must be all of them.
void sort(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
          std::vector<std::string> const& ids);

} // namespace stepwell::operations
