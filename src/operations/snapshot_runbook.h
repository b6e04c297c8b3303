#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// "Snapshot 7GF2HQX"
std::string made_up_snapshot_name();

// Freezes the process of a runbook, the variables of its project and the secrets of both. `wanted` names the runbook;
// without a name one is made up. `publish`: the runbook points to it from the same moment on.
Stored snapshot_runbook(Store& store, Actor const& actor, domain::RunbookSnapshot wanted, bool publish);

} // namespace stepwell::operations
