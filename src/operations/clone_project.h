#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// A new project like another one of the same space: settings, deployment process, variables, channels, runbooks with
// their processes. `body` says what differs, at least the name. Snapshots and runs are not copied.
Stored clone_project(Store& store, Caller const& caller, std::string const& space_id, std::string const& source_id,
                     base::Json const& body);

} // namespace stepwell::operations
