#include "operations/prompts.h"

#include "variables/resolve.h"

namespace stepwell::operations {

using domain::Variable;

std::vector<Prompt> prompts_of(std::vector<Variable> const& variables, variables::Context const& context) {
    std::vector<variables::Candidate> candidates;
    for (auto const& variable : variables) {
        auto& candidate = candidates.emplace_back();
        candidate.name = variable.name;
        candidate.id = variable.id;
        candidate.scope = variable.scope.items;
    }
    auto resolution = variables::resolve(std::move(candidates), context);
    std::vector<Prompt> prompts;
    for (auto const& variable : variables) {
        auto winner = resolution.find(variable.name);
        if (!variable.prompt || !winner || winner->id != variable.id) continue;
        auto asked = schema::read_stored<VariablePrompt>(variable.prompt->json);
        if (asked.label.empty()) asked.label = variable.name;
        prompts.push_back({&variable, std::move(asked)});
    }
    std::ranges::sort(prompts, [less = base::LessIgnoringCase()](Prompt const& a, Prompt const& b) {
        if (less(a.asked.label, b.asked.label)) return true;
        return a.variable < b.variable && !less(b.asked.label, a.asked.label); // else as in the list
    });
    return prompts;
}

} // namespace stepwell::operations
