// What a run of a runbook would use as things are now: its process, the variables of its project, the library
// variable sets that includes, and the secrets of all.
#pragma once
#include "domain/content.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Reads several documents: give it a session of one moment.
domain::SnapshotContent load_live_content(store::Session& session, domain::Runbook const& runbook);
// Without a process: what a project gives to any of its runbooks.
domain::SnapshotContent load_live_variables(store::Session& session, std::string const& project_id);
std::vector<domain::PinnedSecret> pinned_secrets(store::Session& session, std::string const& owner);

} // namespace stepwell::operations
