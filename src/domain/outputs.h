// What a runbook promises to tell when it has succeeded.
#pragma once
#include "domain/declared_output.h"
#include "variables/evaluate.h"

namespace stepwell::domain {

struct RunOutput {
    std::string name;
    OutputType type = OutputType::string;
    std::string description;
    std::optional<std::string> value; // none when there is a problem, or the expression gives none
    bool sensitive = false;           // by its type, or because a sensitive value went into it
    std::string problem;              // why there is no value
};

RunOutput evaluate_output(DeclaredOutput const& declared, variables::Evaluator& evaluator);

// The value as JSON of its type; null when there is none or it is sensitive.
std::string json_of(RunOutput const& output);

} // namespace stepwell::domain
