#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

struct Environment;
struct Project;
struct Runbook;
struct RunbookSnapshot;

// One run of a snapshot in one environment. Its task shows its progress.
struct RunbookRun : SpaceDocument {
    std::string name;
    Id<Project> project;
    Id<Runbook> runbook;
    Id<RunbookSnapshot> snapshot;
    std::string frozen_process, content;
    Id<Environment> environment;
    std::string environment_name;
    std::optional<std::string> tenant;
    std::string task;
    std::optional<std::string> manifest_variables;
    Time created;
    std::string deployed_by;
    std::optional<std::string> deployed_by_id, comments;
    bool use_guided_failure = false, force_package_download = false;
    std::vector<std::string> skip_actions, specific_machines, excluded_machines, specific_tags, excluded_tags, machines;
    Bag<std::string> form_values;
    Bag<PropertyValue> sensitive_form_values; // by element; the store moves the values to the table of secrets
    std::optional<Time> queue_time, queue_time_expiry;
    bool failure_encountered = false;
    std::optional<std::string> debug_mode, priority;
    bool fail_target_discovery = false;
    std::optional<std::string> tentacle_retention;

    static constexpr std::string_view type_name = "RunbookRun", route = "runbookRuns", prefix = "RunbookRuns";
    static constexpr Order order = Order::newest_first;
    static constexpr Verbs verbs{.create = true, .edit = false, .remove = true};
    static constexpr std::string_view query =
        "skip,take,ids,partialName,projects,environments,tenants,runbooks,taskState";
    static constexpr Access access{Permission::runbook_run_view, Permission::runbook_run_create,
                                   Permission::runbook_run_create, Permission::runbook_run_delete};
    static constexpr Link links[] = {
        {"Project", "/api/$SpaceId/projects/$ProjectId"},
        {"Runbook", "/api/$SpaceId/runbooks/$RunbookId"},
        {"RunbookSnapshot", "/api/$SpaceId/runbookSnapshots/$RunbookSnapshotId"},
        {"Environment", "/api/$SpaceId/environments/$EnvironmentId"},
        {"Task", "/api/tasks/$TaskId"},
        {"Artifacts", "/api/$SpaceId/artifacts?regarding=$Id"},
        {"Interruptions", "/api/$SpaceId/interruptions?regarding=$Id"},
        {"RunbookProcess", "/api/$SpaceId/runbookProcesses/$FrozenRunbookProcessId"},
        {"ManifestVariables", "/api/$SpaceId/runbookRuns/$Id/variables"},
        {"Variables", "/api/$SpaceId/runbookRuns/$Id/variables"},
        {"Web", "/app#/$SpaceId/tasks/$TaskId"},
    };

    static void describe(auto& field) {
        field("Name", &RunbookRun::name, computed | indexed | like("Run Restart Tomcat on Production"),
              "Name: runbook and environment.");
        field("ProjectId", &RunbookRun::project, loose | owner, "Project id.");
        field("RunbookId", &RunbookRun::runbook, required | loose | owner, "Runbook id.");
        field("RunbookSnapshotId", &RunbookRun::snapshot, loose | owner, "Snapshot id; null: the published snapshot.");
        field("FrozenRunbookProcessId", &RunbookRun::frozen_process, computed | indexed,
              "Frozen process that the run used.");
        field("EnvironmentId", &RunbookRun::environment, required | loose | indexed, "Environment id.");
        field("EnvironmentName", &RunbookRun::environment_name, computed | like("Production"),
              "Name of the environment at the start; kept if the environment is deleted.");
        field("TenantId", &RunbookRun::tenant, indexed, "Tenant id.");
        field("TaskId", &RunbookRun::task, computed | indexed | like("ServerTasks-1"), "Task of the run.");
        field("ManifestVariableSetId", &RunbookRun::manifest_variables, computed, "Variables that the run used.");
        field("Created", &RunbookRun::created, computed, "Time of the request.");
        field("DeployedBy", &RunbookRun::deployed_by, computed, "Username of the requester.");
        field("DeployedById", &RunbookRun::deployed_by_id, computed, "User id of the requester.");
        field("Comments", &RunbookRun::comments, plain, "Comments of the requester.");
        field("UseGuidedFailure", &RunbookRun::use_guided_failure, without_effect,
              "Whether a failed step waits for a person's decision.");
        field("ForcePackageDownload", &RunbookRun::force_package_download, without_effect,
              "Whether packages are downloaded again.");
        field("SkipActions", &RunbookRun::skip_actions, plain, "Ids of skipped actions.");
        field("SpecificMachineIds", &RunbookRun::specific_machines, plain, "Targets to use; empty: all.");
        field("ExcludedMachineIds", &RunbookRun::excluded_machines, plain, "Targets to exclude.");
        field("SpecificTargetTagIds", &RunbookRun::specific_tags, without_effect,
              "Tags of targets to use; empty: all.");
        field("ExcludedTargetTagIds", &RunbookRun::excluded_tags, without_effect, "Tags of targets to exclude.");
        field("DeployedToMachineIds", &RunbookRun::machines, computed, "Targets that the run used.");
        field("FormValues", &RunbookRun::form_values, plain,
              "Answers to prompts by element, without sensitive answers.");
        field("SensitiveFormValues", &RunbookRun::sensitive_form_values, computed,
              "Which sensitive prompts were answered; the answers are never shown.");
        field("QueueTime", &RunbookRun::queue_time, plain, "Earliest start.");
        field("QueueTimeExpiry", &RunbookRun::queue_time_expiry, plain, "Latest start.");
        field("FailureEncountered", &RunbookRun::failure_encountered, computed, "Whether a step failed.");
        field("DebugMode", &RunbookRun::debug_mode, plain, "Whether the log lists the variables: Full or None.");
        field("Priority", &RunbookRun::priority, without_effect, "Priority of the task.");
        field("FailTargetDiscovery", &RunbookRun::fail_target_discovery, without_effect,
              "Whether a failed target discovery fails the run.");
        field("TentacleRetentionPeriod", &RunbookRun::tentacle_retention, computed, "Always null.");
        field("ContentDigest", &RunbookRun::content, computed, "SHA-256 of the frozen content that the run used.");
    }
};

} // namespace stepwell::domain
