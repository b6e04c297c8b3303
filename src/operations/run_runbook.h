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

// All or none. The caller must have the right to run the runbook in each environment: Error{forbidden} without it; a
// runbook or an environment that the caller may not see is not there. `also` writes more in the same transaction; it is
// given the runs as they will be stored.
std::vector<Stored> run_runbook(Store& store, engine::Engine& engine, Caller const& caller, RunRequest const& request,
                                std::function<void(Transaction&, std::vector<Stored> const&)> const& also = {});

// The same once more: snapshot, environment, options and answers, the sensitive ones too.
RunRequest request_again(Store& store, domain::RunbookRun const& run);

} // namespace stepwell::operations
