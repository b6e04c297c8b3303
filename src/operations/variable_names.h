#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Returns the names that can be used in a project: those of the server, of the project, and of the library variable
// sets that it includes. Sorted, without duplicates. `project_id` may be empty.
std::vector<std::string> variable_names(store::Session& session, std::string const& project_id);

} // namespace stepwell::operations
