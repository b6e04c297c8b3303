#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// A name that nobody has taken, in all likelihood.
std::string made_up_snapshot_name();
std::optional<domain::RunbookSnapshot> find_newest_snapshot(store::Session& session, std::string const& runbook_id);

// Freezes the process of a runbook, the variables of its project, the library variable sets that
// includes, and the secrets of all. `wanted` names the runbook;
// without a name one is made up. `publish`: the runbook points to it from the same moment on.
Stored snapshot_runbook(Store& store, Caller const& caller, domain::RunbookSnapshot wanted, bool publish);

} // namespace stepwell::operations
