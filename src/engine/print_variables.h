// Variables in the log of a step, for who looks for an error: OctopusPrintVariables and its like.
#pragma once
#include "domain/resources/runbook_run.h"
#include "engine/step_evaluator.h"
#include "run/contract.h"

namespace stepwell::engine {

// Lets the script begin by printing its variables, as their authors wrote them and as they are, when that is asked for.
// Sensitive values are not told.
void print_variables(run::Script& script, StepEvaluator& evaluator, domain::RunbookRun const& run);

} // namespace stepwell::engine
