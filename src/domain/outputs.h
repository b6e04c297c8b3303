// The declared outputs of a runbook, evaluated after a successful run.
#pragma once
#include "domain/declared_output.h"
#include "variables/evaluate.h"

namespace stepwell::domain {

struct RunOutput {
    std::string name;
    OutputType type = OutputType::string;
    std::string description;
    std::optional<std::string> value; // nullopt if there is a problem, or if the expression has no value
    bool sensitive = false;           // by its type, or because its expression uses a sensitive value
    std::string problem;              // why there is no value; else empty
};

RunOutput evaluate_output(DeclaredOutput const& declared, variables::Evaluator& evaluator);

// Returns the value as JSON of its type; null if there is no value or it is sensitive.
std::string json_of(RunOutput const& output);

} // namespace stepwell::domain
