// The variables that the server itself knows of a run. Values are literal; nobody else may set them.
#pragma once
#include "domain/planner.h"
#include "domain/resources/environment.h"
#include "domain/resources/project.h"
#include "domain/resources/project_group.h"
#include "domain/resources/runbook.h"
#include "domain/resources/runbook_run.h"
#include "domain/resources/runbook_snapshot.h"
#include "domain/resources/space.h"
#include "domain/resources/user.h"

namespace stepwell::domain {

// The variable whose value is a tag: runs that share it wait for each other.
constexpr std::string_view concurrency_tag_name = "Octopus.Task.ConcurrencyTag";

// What a run is of. Parts that are null give no variables.
struct RunSubjects {
    Space const* space = nullptr;
    ProjectGroup const* group = nullptr;
    Project const* project = nullptr;
    Runbook const* runbook = nullptr;
    RunbookSnapshot const* snapshot = nullptr;
    RunbookRun const* run = nullptr;
    Environment const* environment = nullptr;
    User const* requester = nullptr; // without it: the name in `run`
    std::string task_id, task_name;
    std::optional<Time> queued;
    std::string server_uri; // without slash at the end
};

// Octopus.Space.*, .Project.*, .Environment.*, .Runbook.*, .RunbookSnapshot.*, .RunbookRun.*, .Deployment.*, .Task.*,
// .Web.*
std::vector<variables::Candidate> run_variables(RunSubjects const& subjects);

// Octopus.Action.* and Octopus.Step.* of the action that runs, and its properties but for script bodies. Properties
// are the author's: `#{…}` in them is expanded, and they win over project variables of the same name.
std::vector<variables::Candidate> action_variables(SnapshotContent const& content, PlannedAction const& action,
                                                   Reveal const& reveal);

// What the steps before left: Octopus.Action[Name].Output.*, Octopus.Step[Name].Status.*, Octopus.Deployment.Error.
// `error` is TaskProgress::error.
std::vector<variables::Candidate> outcome_variables(SnapshotContent const& content, Outcomes outcomes,
                                                    std::string_view error);

// Whether a step runs on targets with this tag.
bool targets(Step const& step, std::string_view tag);

// Which scopes hold: the environment, the runbook as ProcessOwner, and, of an action, its id and its step's.
variables::Context context_of(RunSubjects const& subjects, PlannedAction const* action);

} // namespace stepwell::domain
