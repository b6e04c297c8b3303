#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Returns the environments in which a runbook may run, by its EnvironmentScope, in sort order.
std::vector<Stored> runbook_environments(store::Session& session, domain::Runbook const& runbook);
// Returns true if the runbook may run in the environment, which must be in its space.
bool may_run_in(store::Session& session, domain::Runbook const& runbook, std::string const& environment_id);

} // namespace stepwell::operations
