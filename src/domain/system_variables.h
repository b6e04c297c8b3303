// The variables that the server defines for a run. Values are literal. Users cannot set these variables.
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

// The variable whose value is a concurrency tag: runs with the same tag wait for each other.
constexpr std::string_view concurrency_tag_name = "Octopus.Task.ConcurrencyTag";

// The documents that a run refers to. A null pointer defines no variables.
struct RunSubjects {
    Space const* space = nullptr;
    ProjectGroup const* group = nullptr;
    Project const* project = nullptr;
    Runbook const* runbook = nullptr;
    RunbookSnapshot const* snapshot = nullptr;
    RunbookRun const* run = nullptr;
    Environment const* environment = nullptr;
    User const* requester = nullptr; // null: the name in `run` is used
    std::string task_id, task_name;
    std::optional<Time> queued;
    std::string server_uri; // without a slash at the end
};

// Returns Octopus.Space.*, .Project.*, .Environment.*, .Runbook.*, .RunbookSnapshot.*, .RunbookRun.*, .Deployment.*,
// .Task.* and .Web.*.
std::vector<variables::Candidate> run_variables(RunSubjects const& subjects);

// Returns Octopus.Action.* and Octopus.Step.* of the current action, the properties of the action except script bodies,
// and the properties of its step. Authors write the properties: `#{…}` in them is expanded, and they take precedence
// over project variables of the same name.
std::vector<variables::Candidate> action_variables(SnapshotContent const& content, PlannedAction const& action,
                                                   Reveal const& reveal);

// Returns the variables that earlier steps define: Octopus.Action[Name].Output.*, Octopus.Step[Name].Status.*,
// Octopus.Deployment.Error. `error` is TaskProgress::error.
std::vector<variables::Candidate> outcome_variables(SnapshotContent const& content, Outcomes outcomes,
                                                    std::string_view error);

// Returns true if a step runs on targets with this tag.
bool targets(Step const& step, std::string_view tag);

// Returns the scopes that apply: the environment, the project, the runbook as ProcessOwner and, with an action, the ids
// of the action and of its step.
variables::Context context_of(RunSubjects const& subjects, PlannedAction const* action);

} // namespace stepwell::domain
