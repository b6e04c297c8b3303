#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Environments a runbook may run in, by its EnvironmentScope, in sort order.
std::vector<Stored> runbook_environments(store::Session& session, domain::Runbook const& runbook);

} // namespace stepwell::operations
