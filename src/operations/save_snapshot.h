// Rules for changes of snapshots.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// The settle function of snapshots (rules.h). Name and notes may change; everything else is frozen.
void settle_snapshot(ChangeContext const& context, Document& next, Document const* before, Change& rest);
// Throws Error{invalid} if the snapshot is the published one of its runbook.
void check_snapshot_deletion(ChangeContext const& context, Stored const& snapshot, Change& first);

} // namespace stepwell::operations
