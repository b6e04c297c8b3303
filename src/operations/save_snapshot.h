// What a change of a snapshot must respect.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Of rules.h: name and notes of a snapshot may change, the rest is frozen.
void settle_snapshot(ChangeContext const& context, Document& next, Document const* before, Change& rest);
// Throws Error{invalid} for the published snapshot of its runbook.
void check_snapshot_deletion(ChangeContext const& context, Stored const& snapshot, Change& first);

} // namespace stepwell::operations
