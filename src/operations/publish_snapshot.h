// What a change of a runbook must respect. Publishing is a change of its pointer to a snapshot, nothing more.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// For Extras::settle of a runbook: what it publishes is a snapshot of its own.
void settle_runbook(store::Session& session, Document& next, Document const* before);
// For deleting a snapshot: throws Error{invalid} while it is the published one.
void refuse_if_published(store::Session& session, Stored const& snapshot);

} // namespace stepwell::operations
