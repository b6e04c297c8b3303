#include "operations/explain_variables.h"

#include "operations/scope_values.h"
#include "variables/evaluate.h"

namespace stepwell::operations {

using store::Session;

namespace {

// Names of ids by dimension, as the pages of a project show them.
variables::NameOf names_in(Session& session, std::string const& project_id) {
    auto values = scope_values(session, project_id);
    base::MapIgnoringCase<std::string> names;
    for (auto const* list : {&values.environments, &values.channels, &values.actions})
        for (auto const& value : *list) names[value.id] = value.name;
    for (auto const& process : values.processes) names[process.id] = process.name;
    return [names = std::move(names)](std::string_view, std::string_view id) {
        auto found = names.find(id);
        return found == names.end() ? std::string() : found->second;
    };
}

// Nothing when a sensitive value goes into it, or it cannot be evaluated.
std::optional<std::string> evaluated(variables::Candidate const& winner, variables::Resolution const& resolution) {
    auto const* variable = resolution.dictionary().find(winner.name);
    if (!variable) return std::nullopt;
    auto made = variables::evaluate_variable(*variable, resolution.dictionary());
    return made.refusal == variables::Refusal::none ? made.shown() : std::nullopt;
}

ExplainedValue told(variables::Explained const& explained, variables::Resolution const& resolution,
                    variables::NameOf const& name_of) {
    auto const& candidate = *explained.candidate;
    ExplainedValue value;
    value.id = candidate.id;
    value.source = candidate.source;
    value.scope = variables::to_words(candidate.scope, name_of);
    value.reason = explained.reason;
    value.is_sensitive = candidate.sensitive;
    value.wins = explained.wins;
    value.ties = explained.ties;
    if (candidate.sensitive) return value;
    value.value = candidate.text;
    if (explained.wins) value.evaluated = evaluated(candidate, resolution);
    return value;
}

} // namespace

ExplainedVariables explain_variables(Store& store, std::string const& space_id, VariableContext const& context) {
    return store.read_at_once([&](Session& session) {
        VariableView view(session, space_id, context);
        auto resolution = view.resolve();
        auto name_of = names_in(session, view.project().id);
        ExplainedVariables all;
        for (auto const& name : resolution.names()) {
            auto& variable = all.variables.emplace_back();
            variable.name = name;
            bool tied = false;
            for (auto const& explained : resolution.explain(name, name_of)) {
                variable.values.push_back(told(explained, resolution, name_of));
                tied = tied || explained.ties;
            }
            if (tied) all.ties.push_back(name);
        }
        return all;
    });
}

} // namespace stepwell::operations
