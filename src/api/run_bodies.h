// The bodies of requests that start runs.
#pragma once
#include "domain/nouns.h"

namespace stepwell::api {

using schema::like;
using schema::plain;
using schema::required;
using schema::Texts;
using schema::without_effect;

// The members that all of these bodies share. The RunbookRun has only the options of the run, not the documents that it
// refers to.
struct RunOptions : domain::RunbookRun {
    Texts tenant_ids, tenant_tag_names, tenants, tenant_tags;

    static void describe_common(auto& field) {
        using Run = domain::RunbookRun;
        using Self = RunOptions;
        field("Comments", &Run::comments, plain, "Comments on the run.");
        field("UseGuidedFailure", &Run::use_guided_failure, without_effect,
              "Whether a failed step waits for a person's decision.");
        field("ForcePackageDownload", &Run::force_package_download, without_effect,
              "Whether packages are downloaded again.");
        field("SpecificTargetTagIds", &Run::specific_tags, without_effect, "Tags of targets to use; empty: all.");
        field("ExcludedTargetTagIds", &Run::excluded_tags, without_effect, "Tags of targets to exclude.");
        field("QueueTime", &Run::queue_time, plain, "Earliest start; default: now.");
        field("QueueTimeExpiry", &Run::queue_time_expiry, plain, "Latest start; default: no limit.");
        field("DebugMode", &Run::debug_mode, plain, "Whether the log lists the variables: Full or None.");
        field("Priority", &Run::priority, without_effect, "Priority of the task.");
        field("FailTargetDiscovery", &Run::fail_target_discovery, without_effect,
              "Whether a failed target discovery fails the run.");
        field("TenantId", &Run::tenant, plain, "Must be empty: tenants are not supported yet.");
        field("TenantIds", &Self::tenant_ids, plain, "Must be empty.");
        field("TenantTagNames", &Self::tenant_tag_names, plain, "Must be empty.");
        field("Tenants", &Self::tenants, plain, "Must be empty.");
        field("TenantTags", &Self::tenant_tags, plain, "Must be empty.");
    }
    static void describe_choices(auto& field) {
        using Run = domain::RunbookRun;
        field("SkipActions", &Run::skip_actions, plain, "Ids or names of steps to skip.");
        field("SpecificMachineIds", &Run::specific_machines, plain, "Targets to use; empty: all.");
        field("ExcludedMachineIds", &Run::excluded_machines, plain, "Targets to exclude.");
        field("FormValues", &Run::form_values, plain, "Answers to prompts, by element or variable name.");
    }
    bool names_tenants() const {
        auto any = [](auto const&... lists) { return (!lists.items.empty() || ...); };
        return (tenant && !tenant->empty()) || any(tenant_ids, tenant_tag_names, tenants, tenant_tags);
    }
};

// POST /runbookRuns
struct RunToCreate : RunOptions {
    std::string runbook_id, snapshot_id, environment_id;

    static constexpr std::string_view type_name = "CreateRunbookRunCommand";
    static void describe(auto& field) {
        using Self = RunToCreate;
        field("RunbookId", &Self::runbook_id, required | like("Runbooks-1"), "Runbook id.");
        field("RunbookSnapshotId", &Self::snapshot_id, like("RunbookSnapshots-1"),
              "Snapshot id or name; empty: the published snapshot.");
        field("EnvironmentId", &Self::environment_id, required | like("Environments-1"),
              "Environment id, name or slug.");
        RunOptions::describe_choices(field);
    }
};

// POST /runbooks/{id}/run
struct RunsToStart : RunOptions {
    std::string snapshot, environment_id;
    Texts environment_ids;

    static constexpr std::string_view type_name = "RunRunbookCommand";
    static void describe(auto& field) {
        using Self = RunsToStart;
        field("RunbookSnapshotNameOrId", &Self::snapshot, plain, "Snapshot id or name; empty: the published snapshot.");
        field("EnvironmentId", &Self::environment_id, like("Environments-1"),
              "Environment id, name or slug, if EnvironmentIds is empty.");
        field("EnvironmentIds", &Self::environment_ids, like("Environments-1"),
              "Environment ids, names or slugs, with one run each.");
        RunOptions::describe_choices(field);
    }
};

// POST /runbook-runs/create/v1
struct RunsByName : RunOptions {
    std::string space, space_id, project, runbook, snapshot_name;
    Texts environment_names, skip_steps, specific_names, excluded_names;
    domain::Bag<std::string> variables;
    std::optional<base::Time> run_at, no_run_after;

    static constexpr std::string_view type_name = "CreateRunbookRunByNameCommand";
    static void describe(auto& field) {
        using Self = RunsByName;
        field("SpaceIdOrName", &Self::space, like("Spaces-1"), "Space id or name; must be the space of the path.");
        field("SpaceId", &Self::space_id, plain, "Space id; must be the space of the path.");
        field("ProjectName", &Self::project, required | like("Shop"), "Project name, id or slug.");
        field("RunbookName", &Self::runbook, required | like("Restart Tomcat"), "Runbook name, id or slug.");
        field("Snapshot", &Self::snapshot_name, plain, "Snapshot name or id; empty: the published snapshot.");
        field("EnvironmentNames", &Self::environment_names, required | like("Production"),
              "Environment names, ids or slugs, with one run each.");
        field("SkipStepNames", &Self::skip_steps, plain, "Names or ids of steps to skip.");
        field("SpecificMachineNames", &Self::specific_names, plain, "Targets to use; empty: all.");
        field("ExcludedMachineNames", &Self::excluded_names, plain, "Targets to exclude.");
        field("Variables", &Self::variables, plain, "Answers to prompts, by variable name or element.");
        field("RunAt", &Self::run_at, plain, "Earliest start; default: now.");
        field("NoRunAfter", &Self::no_run_after, plain, "Latest start; default: no limit.");
    }
};

} // namespace stepwell::api
