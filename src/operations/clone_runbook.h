#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Creates a runbook as a copy of another one in the same project, with its process. `body` has the members that differ,
// at least the name. The copy has no published snapshot.
Stored clone_runbook(Store& store, Caller const& caller, std::string const& space_id, std::string const& source_id,
                     base::Json const& body);

} // namespace stepwell::operations
