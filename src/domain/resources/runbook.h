#pragma once
#include "domain/resources/connectivity_policy.h"
#include "domain/resources/retention_period.h"

namespace stepwell::domain {

struct Environment;
struct Project;
struct RunbookSnapshot;

enum class EnvironmentScope { all, from_project_lifecycles, specified };
constexpr std::array<std::string_view, 3> environment_scopes{"All", "FromProjectLifecycles", "Specified"};
constexpr auto const& names_of(EnvironmentScope) { return environment_scopes; }

// A routine task that experts define once and others run when they need it.
struct Runbook : SpaceDocument {
    std::string name, slug, description;
    Id<Project> project;
    std::string process;
    Id<RunbookSnapshot> published_snapshot;
    TenantedMode tenanted_mode = TenantedMode::untenanted;
    ConnectivityPolicy connectivity;
    EnvironmentScope environment_scope = EnvironmentScope::all;
    std::vector<Id<Environment>> environments;
    GuidedFailureMode guided_failure = GuidedFailureMode::environment_default;
    RetentionPeriod retention = RetentionPeriod::count(100, "Items");
    bool force_package_download = false;
    std::vector<std::string> tags;
    bool fail_target_discovery = false, cancel_queued_tasks = false, cancel_running_tasks = false;
    bool one_at_a_time = false;
    bool strict_inputs = false;

    static constexpr std::string_view type_name = "Runbook", route = "runbooks", prefix = "Runbooks";
    static constexpr std::string_view query = "skip,take,ids,partialName,clone,projectIds";
    static constexpr Access access{Permission::runbook_view, Permission::runbook_edit, Permission::runbook_edit,
                                   Permission::runbook_edit};
    static constexpr Link links[] = {
        {"Project", "/api/$SpaceId/projects/$ProjectId"},
        {"RunbookProcesses", "/api/$SpaceId/runbookProcesses/RunbookProcess-$Id"},
        {"RunbookSnapshots", "/api/$SpaceId/runbooks/$Id/runbookSnapshots{/name}{?skip,take,searchByName}"},
        {"RunbookSnapshotTemplate", "/api/$SpaceId/runbooks/$Id/runbookSnapshotTemplate"},
        {"RunbookRunTemplate", "/api/$SpaceId/runbooks/$Id/runbookRunTemplate"},
        {"RunbookRunPreview",
         "/api/$SpaceId/runbooks/$Id/runbookRuns/preview/{environment}{/tenant}{?includeDisabledSteps}"},
        {"RunbookRunTenantPreview", "/api/$SpaceId/runbooks/$Id/runbookRuns/previews"},
        {"CreateRunbookRun", "/api/$SpaceId/runbooks/$Id/run"},
        {"Progression", "/api/$SpaceId/progression/runbooks/$Id"},
        {"TaskRunDashboardItemsTemplate",
         "/api/$SpaceId/progression/runbooks/taskRuns{?skip,take,ids,projectIds,runbookIds,environmentIds,tenantIds,"
         "taskIds}"},
        {"RunbookEnvironments", "/api/$SpaceId/runbooks/$Id/environments"},
        {"Web", "/app#/$SpaceId/projects/$ProjectId/operations/runbooks/$Id"},
    };

    static void describe(auto& field) {
        field("Name", &Runbook::name, required | unique | at_most(200) | like("Restart Tomcat"), "Name.");
        field("Slug", &Runbook::slug, some_slug | unique | kept, "Name in URLs.");
        field("Description", &Runbook::description, plain, "Description, in Markdown.");
        field("ProjectId", &Runbook::project, required | kept | owner, "Project of the runbook.");
        field("RunbookProcessId", &Runbook::process, computed | like("RunbookProcess-Runbooks-1"),
              "Id of its process.");
        field("PublishedRunbookSnapshotId", &Runbook::published_snapshot, plain,
              "Published snapshot, used by runs that name no snapshot.");
        field("MultiTenancyMode", &Runbook::tenanted_mode, without_effect,
              "Untenanted, TenantedOrUntenanted or Tenanted.");
        field("ConnectivityPolicy", &Runbook::connectivity, without_effect, "Treatment of unavailable targets.");
        field("EnvironmentScope", &Runbook::environment_scope, plain,
              "Environments in which it may run: All, FromProjectLifecycles or Specified.");
        field("Environments", &Runbook::environments, plain, "Environments, for the scope Specified.");
        field("DefaultGuidedFailureMode", &Runbook::guided_failure, without_effect,
              "Guided failure mode: EnvironmentDefault, Off or On.");
        field("RunRetentionPolicy", &Runbook::retention, without_effect, "Retention of runs.");
        field("ForcePackageDownload", &Runbook::force_package_download, without_effect,
              "Whether packages are always downloaded again.");
        field("RunbookTags", &Runbook::tags, plain, "Canonical names of tags.");
        field("FailTargetDiscovery", &Runbook::fail_target_discovery, without_effect,
              "Whether a failed target discovery fails the run.");
        field("CancelQueuedTasks", &Runbook::cancel_queued_tasks, without_effect,
              "Whether a new run cancels queued runs.");
        field("CancelRunningTasks", &Runbook::cancel_running_tasks, without_effect,
              "Whether a new run cancels running runs.");
        field("StrictInputs", &Runbook::strict_inputs, kept,
              "Whether answers to prompts are rejected as parts of scripts.");
        field("OneAtATime", &Runbook::one_at_a_time, kept, "Whether only one run per environment is active at a time.");
    }
    void settle() { retention.settle_unit("Items"); }
};

} // namespace stepwell::domain
