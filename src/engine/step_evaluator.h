// The values and texts of a run at one step, filled in with what `#{…}` in them means.
#pragma once
#include "variables/evaluate.h"
#include "variables/resolve.h"

namespace stepwell::engine {

// All together may take as much work, and as many bytes, as any one text alone: values that multiply each other would
// delay the caller that asks for the run. What goes beyond is Error{invalid} with a problem that names the variable
// that most of it went into.
class StepEvaluator {
public:
    // Strict: no text of a script may take in what whoever starts the run says.
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
    // Whether a variable that authors set as a switch is on.
    bool is_on(std::string_view name);

private:
    // Notes what was spent on the value, or on a text where it is none.
    variables::Evaluated settled(variables::Evaluated evaluated, std::string_view name,
                                 variables::SharedWork const& before);

    variables::SharedWork work_;
    variables::Evaluator evaluator_;
    bool strict_;
    std::string_view most_expensive_, largest_; // names of values
    std::size_t max_work_ = 0, max_bytes_ = 0;  // that they took
};

} // namespace stepwell::engine
