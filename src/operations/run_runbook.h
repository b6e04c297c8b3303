// Runs a runbook: one run, with its task, for each environment asked for.
#pragma once
#include "domain/caller.h"
#include "engine/engine.h"
#include "operations/documents.h"

namespace stepwell::operations {

// What the body that asks calls its members, for the paths of problems: those of a run unless it has names of its own.
struct RunMembers {
    std::string snapshot = "RunbookSnapshotId", environment = "EnvironmentId";
    bool lists_environments = false; // then a path says which of them
    std::string skip_actions = "SkipActions", specific_machines = "SpecificMachineIds",
                excluded_machines = "ExcludedMachineIds", answers = "FormValues", queue_time = "QueueTime",
                queue_time_expiry = "QueueTimeExpiry";
};

struct RunRequest {
    std::string space_id, runbook_id;
    std::string snapshot;                  // id or name; empty: the published one
    std::vector<std::string> environments; // ids, slugs or names; at least one
    // Members of the run that the requester may set: Comments, SkipActions, FormValues, QueueTime …
    domain::RunbookRun options;
    RunMembers members = {};
};

// Runs that have a slot or wait for one, and are not stored yet. If they never are, their slots become free.
struct AdmittedRuns {
    std::vector<Stored> runs; // as they will be stored
    Change change;            // the caller may add to it
    std::vector<std::shared_ptr<engine::Admission>> admissions;
};
// Checks the request and prepares all runs, or throws Error{invalid}. The caller must have the right to run the runbook
// in each environment: Error{forbidden} without it; a runbook or an environment that the caller may not see does not
// exist.
AdmittedRuns admit_runs(Store& store, engine::Engine& engine, Caller const& caller, RunRequest const& request);
// Stores all of them or none, and starts them.
std::vector<Stored> start_runs(Store& store, AdmittedRuns admitted);
std::vector<Stored> run_runbook(Store& store, engine::Engine& engine, Caller const& caller, RunRequest const& request);

// The same once more: snapshot, environment, options and answers, the sensitive ones too.
RunRequest request_again(Store& store, domain::RunbookRun const& run);

} // namespace stepwell::operations
