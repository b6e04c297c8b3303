#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// A new runbook like another one of the same project, process and all; `body` says what differs, at least the name.
// It begins unpublished.
Stored clone_runbook(Store& store, Caller const& caller, std::string const& space_id, std::string const& source_id,
                     base::Json const& body);

} // namespace stepwell::operations
