#include "operations/preview_variables.h"

#include "base/error.h"
#include "domain/system_variables.h"
#include "store/secrets.h"
#include "variables/evaluate.h"
#include "variables/resolve.h"

#include <set>

namespace stepwell::operations {

using namespace domain;
using store::Session;
using variables::Candidate;

namespace {

template <class T>
std::optional<T> find_asked(Session& session, std::string const& id, std::string const& space_id, char const* name) {
    if (id.empty()) return std::nullopt;
    auto found = store::find<T>(session, id, space_id);
    if (!found) base::reject(name, "there is no '" + id + "'");
    return found;
}

std::vector<Candidate> candidates_in(VariableSet const& set) {
    std::vector<Candidate> all;
    for (auto const& variable : set.variables) {
        auto& made = all.emplace_back();
        made.name = variable.name;
        made.id = variable.id;
        made.text = variable.value.text.value_or("");
        made.sensitive = variable.is_sensitive;
        made.scope = variable.scope.items;
    }
    return all;
}

void fill_in(Variable& variable, variables::Resolution const& resolution) {
    if (variable.is_sensitive || !variable.value.text) return;
    auto filled = variables::evaluate(*variable.value.text, resolution.dictionary());
    if (filled.sensitive) {
        variable.is_sensitive = true;
        variable.value.text.reset();
    } else if (filled.refusal == variables::Refusal::none) {
        variable.value.text = std::move(filled.text);
    }
}

variables::Context held(RunSubjects const& subjects, VariableContext const& asked) {
    auto context = context_of(subjects, nullptr);
    if (!subjects.runbook && subjects.project) context.hold("ProcessOwner", subjects.project->id);
    context.hold("Channel", asked.channel).hold("Tenant", asked.tenant).hold("Action", asked.action);
    context.hold("Machine", asked.machine).hold("Role", asked.role).hold("TargetRole", asked.role);
    return context;
}

} // namespace

VariableSet preview_variables(Store& store, std::string const& space_id, VariableContext const& asked) {
    return store.read_at_once([&](Session& session) {
        auto runbook = find_asked<Runbook>(session, asked.runbook, space_id, "runbook");
        auto project =
            find_asked<Project>(session, runbook ? runbook->project.value : asked.project, space_id, "project");
        if (!project) base::reject("project", "is required");
        auto environment = find_asked<Environment>(session, asked.environment, space_id, "environment");
        auto space = store::load<Space>(session, project->space_id);
        RunSubjects subjects;
        subjects.space = &space;
        subjects.project = &*project;
        if (runbook) subjects.runbook = &*runbook;
        if (environment) subjects.environment = &*environment;
        auto set = store::load<VariableSet>(session, project->variable_set);
        auto candidates = candidates_in(set);
        for (auto& known : run_variables(subjects)) candidates.push_back(std::move(known));
        auto resolution = variables::resolve(std::move(candidates), held(subjects, asked));
        std::vector<Variable> counting;
        for (auto winner : resolution.winners())
            for (auto const& variable : set.variables)
                if (!winner->id.empty() && variable.id == winner->id) counting.push_back(variable);
        for (auto& variable : counting) fill_in(variable, resolution);
        set.variables = std::move(counting);
        return set;
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
