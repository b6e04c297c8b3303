#include "engine/step_evaluator.h"

#include "base/error.h"

namespace stepwell::engine {

variables::Evaluated StepEvaluator::text(std::string_view text, bool carry_on) {
    auto const before = work_;
    return settled(evaluator_.text(text, carry_on), {}, before);
}

variables::Evaluated StepEvaluator::brief(std::string_view text) {
    auto const before = work_;
    return settled(evaluator_.brief(text), {}, before);
}

variables::Evaluated StepEvaluator::value(variables::Variable const& variable) {
    auto const before = work_;
    return settled(evaluator_.brief(variable), variable.name, before);
}

bool StepEvaluator::is_on(std::string_view name) {
    auto variable = dictionary().find(name);
    return variable && variables::is_truthy(base::trim(value(*variable).text));
}

variables::Evaluated StepEvaluator::settled(variables::Evaluated evaluated, std::string_view name,
                                            variables::SharedWork const& before) {
    if (auto const spent = before.left - work_.left; !name.empty() && spent > max_work_) {
        max_work_ = spent;
        most_expensive_ = name;
    }
    if (auto const taken = before.bytes_left - work_.bytes_left; !name.empty() && taken > max_bytes_) {
        max_bytes_ = taken;
        largest_ = name;
    }
    bool const too_large = evaluated.refusal == variables::Refusal::too_large;
    if (!too_large && evaluated.refusal != variables::Refusal::too_much) return evaluated;
    std::string const culprit(too_large ? largest_ : most_expensive_);
    if (culprit.empty())
        throw base::Error(base::Kind::invalid, "its script cannot be evaluated: " + evaluated.refused_because);
    if (!too_large)
        base::reject("Variables." + culprit, "evaluating the variables of this run exceeds the work limit; '" +
                                                 culprit + "' is the most expensive");
    base::reject("Variables." + culprit, "evaluating the variables of this run needs more than " +
                                             std::to_string(variables::max_evaluation_bytes >> 20) + " MiB; '" +
                                             culprit + "' is the largest. Shorten it, or refer to it in fewer values");
}

} // namespace stepwell::engine
