// Variables in the log of a step, for who looks for an error: OctopusPrintVariables and its like.
#pragma once
#include "domain/resources/runbook_run.h"
#include "run/contract.h"
#include "variables/resolve.h"

namespace stepwell::engine {

// Whether a variable that authors set as a switch is on.
bool is_on(variables::Resolution const& resolution, std::string_view name);
// Lets the script begin by printing its variables, as their authors wrote them and as they are, when that is asked for.
// Sensitive values are not told.
void print_variables(run::Script& script, variables::Resolution const& resolution, domain::RunbookRun const& run);

} // namespace stepwell::engine
