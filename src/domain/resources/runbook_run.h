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
              "Run, runbook and environment in words.");
        field("ProjectId", &RunbookRun::project, loose | owner, "The project.");
        field("RunbookId", &RunbookRun::runbook, required | loose | owner, "The runbook.");
        field("RunbookSnapshotId", &RunbookRun::snapshot, loose | owner, "None: the published one.");
        field("FrozenRunbookProcessId", &RunbookRun::frozen_process, computed | indexed, "The steps that ran.");
        field("EnvironmentId", &RunbookRun::environment, required | loose | indexed, "Where.");
        field("EnvironmentName", &RunbookRun::environment_name, computed | like("Production"),
              "Its name at that time; stays when it is deleted.");
        field("TenantId", &RunbookRun::tenant, indexed, "For whom.");
        field("TaskId", &RunbookRun::task, computed | indexed | like("ServerTasks-1"),
              "The task that tells how it goes.");
        field("ManifestVariableSetId", &RunbookRun::manifest_variables, computed, "The variables it saw.");
        field("Created", &RunbookRun::created, computed, "When it was asked for.");
        field("DeployedBy", &RunbookRun::deployed_by, computed, "Name of who asked.");
        field("DeployedById", &RunbookRun::deployed_by_id, computed, "Who asked.");
        field("Comments", &RunbookRun::comments, plain, "Why.");
        field("UseGuidedFailure", &RunbookRun::use_guided_failure, without_effect, "Ask a person when a step fails.");
        field("ForcePackageDownload", &RunbookRun::force_package_download, without_effect, "Fetch packages anew.");
        field("SkipActions", &RunbookRun::skip_actions, plain, "Ids of actions left out.");
        field("SpecificMachineIds", &RunbookRun::specific_machines, plain, "Only these targets.");
        field("ExcludedMachineIds", &RunbookRun::excluded_machines, plain, "Not these targets.");
        field("SpecificTargetTagIds", &RunbookRun::specific_tags, without_effect, "Only targets with these tags.");
        field("ExcludedTargetTagIds", &RunbookRun::excluded_tags, without_effect, "No targets with these tags.");
        field("DeployedToMachineIds", &RunbookRun::machines, computed, "Targets it ran on.");
        field("FormValues", &RunbookRun::form_values, plain,
              "Answers to prompts, by element; sensitive ones are left out.");
        field("SensitiveFormValues", &RunbookRun::sensitive_form_values, computed,
              "Which sensitive prompts were answered; the answers are never shown.");
        field("QueueTime", &RunbookRun::queue_time, plain, "Not before.");
        field("QueueTimeExpiry", &RunbookRun::queue_time_expiry, plain, "Not after.");
        field("FailureEncountered", &RunbookRun::failure_encountered, computed, "A step failed.");
        field("DebugMode", &RunbookRun::debug_mode, plain, "Print variables in the log: Full, or None.");
        field("Priority", &RunbookRun::priority, without_effect, "Which task is to begin first.");
        field("FailTargetDiscovery", &RunbookRun::fail_target_discovery, without_effect,
              "Fail when discovery of targets fails.");
        field("TentacleRetentionPeriod", &RunbookRun::tentacle_retention, computed, "Always null.");
        field("ContentDigest", &RunbookRun::content, computed, "SHA-256 of the frozen content it ran.");
    }
};

} // namespace stepwell::domain
