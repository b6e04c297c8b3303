#include "engine/filling.h"

#include "base/error.h"

namespace stepwell::engine {

variables::Evaluated Filling::text(std::string_view text, bool carry_on) {
    auto before = work_.left;
    return settled(evaluator_.text(text, carry_on), {}, before);
}

variables::Evaluated Filling::brief(std::string_view text) {
    auto before = work_.left;
    return settled(evaluator_.brief(text), {}, before);
}

variables::Evaluated Filling::value(variables::Variable const& variable) {
    auto before = work_.left;
    return settled(evaluator_.brief(variable), variable.name, before);
}

bool Filling::is_on(std::string_view name) {
    auto variable = dictionary().find(name);
    return variable && variables::is_truthy(base::trim(value(*variable).text));
}

variables::Evaluated Filling::settled(variables::Evaluated evaluated, std::string_view name, std::size_t before) {
    auto spent = before - work_.left;
    if (!name.empty() && spent > most_work_) {
        most_work_ = spent;
        most_expensive_ = name;
    }
    if (evaluated.refusal != variables::Refusal::too_much) return evaluated;
    if (most_expensive_.empty())
        throw base::Error(base::Kind::invalid, "its script cannot be filled in: " + evaluated.refused_because);
    base::reject("Variables." + std::string(most_expensive_),
                 "evaluating the variables of this run exceeds the work limit; '" + std::string(most_expensive_) +
                     "' is the most expensive");
}

} // namespace stepwell::engine
