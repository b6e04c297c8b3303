#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Returns a generated name, which is practically unique.
std::string made_up_snapshot_name();
std::optional<domain::RunbookSnapshot> find_newest_snapshot(store::Session& session, std::string const& runbook_id);

// Freezes the process of a runbook, the variables of its project, the library variable sets that the project includes,
// and all of their secrets. `wanted` names the runbook; if it has no name, one is generated. `publish`: publishes the
// snapshot in the same transaction.
Stored snapshot_runbook(Store& store, Caller const& caller, domain::RunbookSnapshot wanted, bool publish);

} // namespace stepwell::operations
