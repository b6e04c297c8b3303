#include "operations/variable_names.h"

#include "base/fold.h"
#include "base/text.h"
#include "domain/system_variables.h"
#include "operations/live_content.h"

#include <set>

namespace stepwell::operations {

using namespace domain;
using store::Session;

std::vector<std::string> variable_names(Session& session, std::string const& project_id) {
    Space space;
    ProjectGroup group;
    Project project;
    Runbook runbook;
    RunbookSnapshot snapshot;
    RunbookRun run;
    run.queue_time_expiry.emplace();
    Environment environment;
    RunSubjects subjects{&space,       &group,  &project,        &runbook,     &snapshot,    &run,
                         &environment, nullptr, "ServerTasks-1", "RunbookRun", base::Time{}, ""};
    SnapshotContent content;
    content.steps.emplace_back().actions.emplace_back();
    std::set<std::string, base::LessFolded> names;
    for (auto const& candidate : run_variables(subjects)) names.insert(candidate.name);
    for (auto const& candidate : action_variables(content, flatten(content).front(), {})) names.insert(candidate.name);
    if (!project_id.empty())
        for_each_variable(load_live_variables(session, project_id),
                          [&](Variable const& variable, VariableOrigin const&) { names.insert(variable.name); });
    return {names.begin(), names.end()};
}

} // namespace stepwell::operations
