#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Environments a runbook may run in, by its EnvironmentScope, in sort order.
std::vector<Stored> runbook_environments(store::Session& session, domain::Runbook const& runbook);
// Of one of its space.
bool may_run_in(store::Session& session, domain::Runbook const& runbook, std::string const& environment_id);

} // namespace stepwell::operations
