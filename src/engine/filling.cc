#include "engine/filling.h"

#include "base/error.h"

namespace stepwell::engine {

variables::Evaluated Filling::text(std::string_view text, bool carry_on) {
    variables::EvaluateOptions options;
    options.carry_on = carry_on;
    options.shared = &work_;
    auto before = work_.left;
    auto evaluated = variables::evaluate(text, dictionary_, options);
    settle(evaluated, {}, before);
    return evaluated;
}

variables::Evaluated Filling::value(variables::Variable const& variable) {
    variables::EvaluateOptions options;
    options.shared = &work_;
    auto before = work_.left;
    auto evaluated = variables::evaluate_variable(variable, dictionary_, options);
    settle(evaluated, variable.name, before);
    return evaluated;
}

bool Filling::is_on(std::string_view name) {
    auto variable = dictionary_.find(name);
    return variable && variables::is_truthy(base::trim(value(*variable).text));
}

void Filling::settle(variables::Evaluated const& evaluated, std::string_view name, std::size_t before) {
    auto spent = before - work_.left;
    if (!name.empty() && spent > most_) {
        most_ = spent;
        dearest_ = name;
    }
    if (evaluated.refusal != variables::Refusal::too_much) return;
    if (dearest_.empty())
        throw base::Error(base::Kind::invalid, "its script cannot be filled in: " + evaluated.refused_because);
    base::reject("Variables." + std::string(dearest_),
                 "the variables of this run take too much work to fill in, and '" + std::string(dearest_) +
                     "' takes most of it");
}

} // namespace stepwell::engine
