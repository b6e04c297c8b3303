#include "operations/preview_variables.h"

#include "variables/evaluate.h"

#include <set>

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

void fill_in(Variable& variable, variables::Resolution const& resolution) {
    if (variable.is_sensitive || !variable.value.text) return;
    variable.value.text = variables::evaluate(*variable.value.text, resolution.dictionary()).shown();
    variable.is_sensitive = !variable.value.text;
}

} // namespace

VariableSet preview_variables(Store& store, std::string const& space_id, VariableContext const& asked) {
    return store.read_at_once([&](Session& session) {
        VariableView view(session, space_id, asked);
        auto resolution = view.resolve();
        VariableSet counting;
        counting.id = view.variable_set();
        counting.space_id = view.project().space_id;
        counting.owner_id.value = view.project().id;
        counting.version = view.variable_set_version();
        for (auto winner : resolution.winners())
            for (auto const& variable : view.variables())
                if (!winner->id.empty() && variable.id == winner->id) counting.variables.push_back(variable);
        for (auto& variable : counting.variables) fill_in(variable, resolution);
        return counting;
    });
}

std::vector<std::string> variable_names(Session& session, std::string const& project_id) {
    Space space;
    ProjectGroup group;
    Project project;
    Runbook runbook;
    RunbookSnapshot snapshot;
    RunbookRun run;
    Environment environment;
    RunSubjects subjects{&space,       &group,  &project,        &runbook,     &snapshot,    &run,
                         &environment, nullptr, "ServerTasks-1", "RunbookRun", base::Time{}, ""};
    SnapshotContent content;
    content.steps.emplace_back().actions.emplace_back();
    std::set<std::string, base::LessIgnoringCase> names;
    for (auto const& candidate : run_variables(subjects)) names.insert(candidate.name);
    for (auto const& candidate : action_variables(content, flatten(content).front(), {})) names.insert(candidate.name);
    if (!project_id.empty())
        for (auto const& variable : store::load<VariableSet>(session, "variableset-" + project_id).variables)
            names.insert(variable.name);
    return {names.begin(), names.end()};
}

} // namespace stepwell::operations
