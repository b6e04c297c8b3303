// Evaluates the declared outputs of a runbook for a run that has succeeded.
#pragma once
#include "domain/outputs.h"
#include "engine/run_context.h"

namespace stepwell::engine {

struct EvaluatedOutputs {
    bool warnings = false;                          // one of them has a problem
    std::function<void(store::Transaction&)> write; // empty: none are declared
};
EvaluatedOutputs evaluate_outputs(RunContext const& context, domain::Outcomes outcomes);

} // namespace stepwell::engine
