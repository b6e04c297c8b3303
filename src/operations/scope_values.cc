#include "operations/scope_values.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

template <class T>
std::vector<T> all_of(Session& session, std::string const& space_id, std::vector<store::Filter> filters) {
    store::ListQuery query{space_id, {}, {}, std::move(filters), 0, store::everything};
    std::vector<T> all;
    for (auto const& stored : store::list_documents(session, noun_of<T>(), query).items)
        all.push_back(store::parse<T>(stored));
    return all;
}

void add_actions(Process const& process, std::vector<ScopeValue>& to) {
    for (auto const& step : process.steps)
        for (auto const& action : step.actions) to.push_back({action.id, action.name});
}

void add_project(Session& session, Project const& project, ScopeValues& values) {
    std::vector<store::Filter> of_project{{"ProjectId", {project.id}}};
    for (auto const& channel : all_of<Channel>(session, project.space_id, of_project))
        values.channels.push_back({channel.id, channel.name});
    values.processes.push_back({project.id, "Deployment process", "Deployment"});
    add_actions(store::load<DeploymentProcess>(session, project.deployment_process), values.actions);
    for (auto const& runbook : all_of<Runbook>(session, project.space_id, of_project))
        values.processes.push_back({runbook.id, runbook.name, "Runbook"});
    for (auto const& process : all_of<RunbookProcess>(session, project.space_id, of_project))
        add_actions(process, values.actions);
}

} // namespace

ScopeValues scope_values(Session& session, std::string const& owner_id) {
    auto project = store::find<Project>(session, owner_id);
    auto space_id = project ? project->space_id : store::load<LibraryVariableSet>(session, owner_id).space_id;
    ScopeValues values;
    for (auto const& environment : all_of<Environment>(session, space_id, {}))
        values.environments.push_back({environment.id, environment.name});
    if (project) add_project(session, *project, values);
    return values;
}

std::vector<ScopeValue> step_values(Session& session, std::string const& owner_id) {
    std::vector<ScopeValue> values;
    auto const project = store::find<Project>(session, owner_id);
    if (!project) return values;
    auto add = [&](Process const& process) {
        for (auto const& step : process.steps) values.push_back({step.id, step.name});
        add_actions(process, values);
    };
    add(store::load<DeploymentProcess>(session, project->deployment_process));
    for (auto const& process : all_of<RunbookProcess>(session, project->space_id, {{"ProjectId", {project->id}}}))
        add(process);
    return values;
}

} // namespace stepwell::operations
