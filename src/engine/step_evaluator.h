// Evaluates the values and texts of a run at one step: expands `#{…}` in them.
#pragma once
#include "variables/evaluate.h"
#include "variables/resolve.h"

namespace stepwell::engine {

// All texts together may take as much work, and as many bytes, as one text alone: values that multiply each other would
// delay the caller that starts the run. Beyond that it throws Error{invalid} with a problem that names the most
// expensive variable.
class StepEvaluator {
public:
    // `strict`: no text of a script may contain a value that the caller of the run has chosen.
    StepEvaluator(variables::Resolution const& resolution, bool strict)
        : evaluator_(resolution.dictionary(), work_), strict_(strict) {}
    StepEvaluator(StepEvaluator const&) = delete;

    variables::Dictionary const& dictionary() const { return evaluator_.dictionary(); }
    bool is_strict() const { return strict_; }
    // `carry_on` as in EvaluateOptions.
    variables::Evaluated text(std::string_view text, bool carry_on = false);
    // In brief, as variables::Evaluator says.
    variables::Evaluated brief(std::string_view text);
    variables::Evaluated value(variables::Variable const& variable);
    // Returns true if a variable is set and truthy.
    bool is_on(std::string_view name);

private:
    // Records the work and bytes spent on the value `name`, or on a text if `name` is empty.
    variables::Evaluated settled(variables::Evaluated evaluated, std::string_view name,
                                 variables::SharedWork const& before);

    variables::SharedWork work_;
    variables::Evaluator evaluator_;
    bool strict_;
    std::string_view most_expensive_, largest_; // names of values
    std::size_t max_work_ = 0, max_bytes_ = 0;  // that they took
};

} // namespace stepwell::engine
