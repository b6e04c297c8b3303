#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Names that can be used in a project: those the server knows, the project's own, and those of the library sets it
// includes; by name, none twice. `project` may be empty.
std::vector<std::string> variable_names(store::Session& session, std::string const& project_id);

} // namespace stepwell::operations
