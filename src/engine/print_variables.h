// Prints the variables of a step in its log, for debugging: OctopusPrintVariables and OctopusPrintEvaluatedVariables.
#pragma once
#include "domain/resources/runbook_run.h"
#include "engine/step_evaluator.h"
#include "run/contract.h"

namespace stepwell::engine {

// Makes the script begin by printing its variables, as written and as evaluated, if the run or a variable requests it.
// Sensitive values are hidden.
void print_variables(run::Script& script, StepEvaluator& evaluator, domain::RunbookRun const& run);

} // namespace stepwell::engine
