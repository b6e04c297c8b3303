#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Creates a project as a copy of another one in the same space: settings, deployment process, variables, channels, and
// runbooks with their processes. `body` has the members that differ, at least the name. Snapshots and runs are not
// copied.
Stored clone_project(Store& store, Caller const& caller, std::string const& space_id, std::string const& source_id,
                     base::Json const& body);

} // namespace stepwell::operations
