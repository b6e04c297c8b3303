// Runs a runbook: starts one run, with its task, for each requested environment.
#pragma once
#include "domain/caller.h"
#include "engine/engine.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Member names of the request body, used in the paths of problems. The defaults are those of a run.
struct RunMembers {
    std::string snapshot = "RunbookSnapshotId", environment = "EnvironmentId";
    bool lists_environments = false; // paths contain the index of the environment
    std::string skip_actions = "SkipActions", specific_machines = "SpecificMachineIds",
                excluded_machines = "ExcludedMachineIds", answers = "FormValues", queue_time = "QueueTime",
                queue_time_expiry = "QueueTimeExpiry";
};

struct RunRequest {
    std::string space_id, runbook_id;
    std::string snapshot;                  // id or name; empty means the published snapshot
    std::vector<std::string> environments; // ids, slugs or names; at least one
    // The members of the run that the caller may set, such as Comments, SkipActions, FormValues, QueueTime.
    domain::RunbookRun options;
    RunMembers members = {};
};

// Runs that have a slot or wait for one, and are not stored yet. The destructor frees the slots of runs that were not
// stored.
struct AdmittedRuns {
    std::vector<Stored> runs; // as they will be stored
    Change change;            // the caller may add writes to it
    std::vector<std::shared_ptr<engine::Admission>> admissions;
};
// Checks the request and prepares all runs. Throws Error{invalid} if the request is not valid. Throws Error{forbidden}
// if the caller may not run the runbook in one of the environments. Treats a runbook or an environment that the caller
// may not see as missing.
AdmittedRuns admit_runs(Store& store, engine::Engine& engine, Caller const& caller, RunRequest const& request);
// Stores all runs or none, and starts them.
std::vector<Stored> start_runs(Store& store, AdmittedRuns admitted);
std::vector<Stored> run_runbook(Store& store, engine::Engine& engine, Caller const& caller, RunRequest const& request);

// Returns a request that repeats a run: the same snapshot, environment, options and answers, including sensitive ones.
RunRequest request_again(Store& store, domain::RunbookRun const& run);

} // namespace stepwell::operations
