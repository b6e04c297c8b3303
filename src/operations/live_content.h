// The current content of a runbook, as a run would use it: its process, the variables of its project and of the
// included library variable sets, and all of their secrets.
#pragma once
#include "domain/content.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Reads several documents. The session must show one consistent state.
domain::SnapshotContent load_live_content(store::Session& session, domain::Runbook const& runbook);
// Returns the content without a process: the variables that the project gives to each of its runbooks.
domain::SnapshotContent load_live_variables(store::Session& session, std::string const& project_id);
std::vector<domain::PinnedSecret> pinned_secrets(store::Session& session, std::string const& owner);

} // namespace stepwell::operations
