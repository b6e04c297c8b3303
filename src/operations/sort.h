#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Sorts the documents of one space in the order of `ids`, which must contain every document.
void sort(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
          std::vector<std::string> const& ids);

} // namespace stepwell::operations
