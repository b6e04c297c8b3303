#pragma once
#include "domain/resources/connectivity_policy.h"
#include "domain/resources/missing.h"
#include "domain/resources/template_parameter.h"

namespace stepwell::domain {

struct Channel;
struct Environment;
struct LibraryVariableSet;
struct Lifecycle;
struct ProjectGroup;
struct Runbook;

struct ActionPackage {
    std::optional<std::string> action, reference;

    static constexpr std::string_view type_name = "DeploymentActionPackage";
    static void describe(auto& field) {
        field("DeploymentAction", &ActionPackage::action, plain, "Step name.");
        field("PackageReference", &ActionPackage::reference, plain, "Name of a package of the step.");
    }
};

struct VersioningStrategy {
    std::optional<std::string> version_template;
    std::optional<ActionPackage> donor_package;
    std::optional<std::string> donor_package_step;

    static constexpr std::string_view type_name = "VersioningStrategy";
    static void describe(auto& field) {
        field("Template", &VersioningStrategy::version_template, plain, "Template of the version, with variables.");
        field("DonorPackage", &VersioningStrategy::donor_package, plain, "Package whose version is used.");
        field("DonorPackageStepId", &VersioningStrategy::donor_package_step, plain, "Step of the donor package.");
    }
};

struct ReleaseCreationStrategy {
    Id<Channel> channel;
    std::optional<ActionPackage> package;
    std::optional<std::string> package_step;

    static constexpr std::string_view type_name = "ReleaseCreationStrategy";
    static void describe(auto& field) {
        field("ChannelId", &ReleaseCreationStrategy::channel, loose, "Channel of automatically created releases.");
        field("ReleaseCreationPackage", &ReleaseCreationStrategy::package, plain, "Package that triggers a release.");
        field("ReleaseCreationPackageStepId", &ReleaseCreationStrategy::package_step, plain, "Step of the package.");
    }
};

// A release assigned to an environment for automatic deployment.
struct ReleaseOverride {
    Id<Environment> environment;
    Id<Tenant> tenant;
    Id<Release> release;

    static constexpr std::string_view type_name = "AutoDeployReleaseOverride";
    static void describe(auto& field) {
        field("EnvironmentId", &ReleaseOverride::environment, loose, "Environment id.");
        field("TenantId", &ReleaseOverride::tenant, loose, "Must be null: tenants are not supported yet.");
        field("ReleaseId", &ReleaseOverride::release, loose, "Must be null: releases are not supported yet.");
    }
};

// The storage of process, variables and runbooks.
struct DatabasePersistence {
    static constexpr std::string_view type_name = "DatabasePersistenceSettings", kind = "Database";
    static void describe(auto&) {}
};
struct ByPersistence {
    static constexpr std::string_view member = "Type";
    static constexpr Unknown unknown = Unknown::reject;
};
using Persistence = OneOf<ByPersistence, DatabasePersistence>;

// A group of runbooks with their variables, and the deployment process that clients expect every project to have.
struct Project : SpaceDocument {
    std::string name, slug, description;
    bool is_disabled = false;
    Id<ProjectGroup> group;
    Id<Lifecycle> lifecycle;
    std::string variable_set, deployment_process;
    Id<Project> cloned_from;
    std::vector<Id<LibraryVariableSet>> library_sets;
    TenantedMode tenanted_mode = TenantedMode::untenanted;
    GuidedFailureMode guided_failure = GuidedFailureMode::environment_default;
    bool skip_if_installed = false, discrete_channel_release = false, auto_create_release = false;
    ReleaseCreationStrategy release_creation;
    VersioningStrategy versioning;
    std::optional<std::string> release_notes_template, deployment_changes_template;
    ConnectivityPolicy connectivity;
    std::vector<TemplateParameter> templates;
    std::vector<ReleaseOverride> release_overrides;
    std::vector<Verbatim> extension_settings;
    bool is_version_controlled = false;
    Persistence persistence{DatabasePersistence{}};
    bool allow_ignore_channel_rules = true, force_package_download = false;
    std::optional<Verbatim> icon;
    std::vector<std::string> tags;
    std::optional<bool> combine_live_status;
    Id<Runbook> provisioning_runbook, deprovisioning_runbook;
    std::optional<std::string> resilient_pipeline, powershell_edition;
    bool retain_tenant_connections = false, is_badges_enabled = false;
    std::optional<bool> event_based_pipeline;
    std::optional<Verbatim> template_details;
    bool fail_target_discovery = false, cancel_queued_tasks = false, cancel_running_tasks = false;

    static constexpr std::string_view type_name = "Project", route = "projects", prefix = "Projects";
    static constexpr std::string_view query = "skip,take,ids,partialName,name,clone,clonedFromProjectId";
    static constexpr Access access{Permission::project_view, Permission::project_create, Permission::project_edit,
                                   Permission::project_delete};
    static constexpr Link links[] = {
        {"Variables", "/api/$SpaceId/projects/$Id/variables"},
        {"Releases", "/api/$SpaceId/projects/$Id/releases{/version}{?skip,take,searchByVersion}"},
        {"Channels", "/api/$SpaceId/projects/$Id/channels{/id}{?skip,take,partialName}"},
        {"Triggers", "/api/$SpaceId/projects/$Id/triggers{?skip,take,partialName,triggerActionType,"
                     "triggerActionCategory,runbooks}"},
        {"ScheduledTriggers", "/api/$SpaceId/projects/$Id/triggers{?skip,take,partialName}"},
        {"OrderChannels", "/api/$SpaceId/projects/$Id/channels/order"},
        {"Progression", "/api/$SpaceId/projects/$Id/progression{?releaseHistoryCount}"},
        {"RunbookTaskRunDashboardItemsTemplate",
         "/api/$SpaceId/progression/runbooks/taskRuns{?skip,take,ids,projectIds,runbookIds,environmentIds,tenantIds,"
         "taskIds}"},
        {"DeploymentProcess", "/api/$SpaceId/projects/$Id/deploymentprocesses"},
        {"DeploymentSettings", "/api/$SpaceId/projects/$Id/deploymentsettings"},
        {"Web", "/app#/$SpaceId/projects/$Id"},
        {"Logo", "/api/$SpaceId/projects/$Id/logo"},
        {"Metadata", "/api/$SpaceId/projects/$Id/metadata"},
        {"Runbooks", "/api/$SpaceId/projects/$Id/runbooks{?skip,take,partialName}"},
        {"RunbookSnapshots", "/api/$SpaceId/projects/$Id/runbookSnapshots{/name}{?skip,take,searchByName}"},
        {"Summary", "/api/$SpaceId/projects/$Id/summary"},
        {"GitConnectionTest", "/api/$SpaceId/projects/$Id/git/connectivity-test"},
        {"GitCompatibilityReport", "/api/$SpaceId/projects/$Id/git/compatibility-report"},
        {"ConvertToGit", "/api/$SpaceId/projects/$Id/git/convert"},
        {"ConvertToVcs", "/api/$SpaceId/projects/$Id/git/convert"},
        {"InsightsMetrics", "/api/$SpaceId/projects/$Id/insights/metrics"},
    };

    static void describe(auto& field) {
        field("Name", &Project::name, required | unique | at_most(200) | like("Shop"), "Name.");
        field("Slug", &Project::slug, some_slug | unique | kept, "Name in URLs.");
        field("Description", &Project::description, plain, "Description, in Markdown.");
        field("IsDisabled", &Project::is_disabled, plain, "Whether runs and deployments of the project are disabled.");
        field("ProjectGroupId", &Project::group, required | indexed, "Project group.");
        field("LifecycleId", &Project::lifecycle, required | indexed, "Lifecycle.");
        field("VariableSetId", &Project::variable_set, computed | like("variableset-Projects-1"),
              "Id of its variable set.");
        field("DeploymentProcessId", &Project::deployment_process, computed | like("deploymentprocess-Projects-1"),
              "Id of its deployment process.");
        field("ClonedFromProjectId", &Project::cloned_from, computed | loose | indexed,
              "Project from which it was cloned; kept if that project is deleted.");
        field("IncludedLibraryVariableSetIds", &Project::library_sets, plain,
              "Included library variable sets, in order of precedence.");
        field("TenantedDeploymentMode", &Project::tenanted_mode, without_effect,
              "Untenanted, TenantedOrUntenanted or Tenanted.");
        field("DefaultGuidedFailureMode", &Project::guided_failure, without_effect,
              "Guided failure mode: EnvironmentDefault, Off or On.");
        field("DefaultToSkipIfAlreadyInstalled", &Project::skip_if_installed, without_effect,
              "Whether packages that are already installed are skipped.");
        field("DiscreteChannelRelease", &Project::discrete_channel_release, without_effect,
              "Whether dashboards show channels separately.");
        field("AutoCreateRelease", &Project::auto_create_release, without_effect,
              "Whether a pushed package creates a release.");
        field("ReleaseCreationStrategy", &Project::release_creation, without_effect,
              "Settings of automatic release creation.");
        field("VersioningStrategy", &Project::versioning, without_effect, "Numbering of releases.");
        field("ReleaseNotesTemplate", &Project::release_notes_template, without_effect, "Template of release notes.");
        field("DeploymentChangesTemplate", &Project::deployment_changes_template, without_effect,
              "Template of deployment changes.");
        field("ProjectConnectivityPolicy", &Project::connectivity, without_effect, "Treatment of unavailable targets.");
        field("Templates", &Project::templates, without_effect,
              "Templates of variables whose values each tenant provides.");
        field("AutoDeployReleaseOverrides", &Project::release_overrides, without_effect,
              "Releases assigned to environments for automatic deployment.");
        field("ExtensionSettings", &Project::extension_settings, plain, "Settings of extensions; stored unchanged.");
        field("IsVersionControlled", &Project::is_version_controlled, computed,
              "Whether the project is stored in git.");
        field("PersistenceSettings", &Project::persistence, plain, "Storage of the project.");
        field("AllowIgnoreChannelRules", &Project::allow_ignore_channel_rules, without_effect,
              "Whether channel rules may be ignored.");
        field("ForcePackageDownload", &Project::force_package_download, without_effect,
              "Whether packages are always downloaded again.");
        field("Icon", &Project::icon, plain, "Name and color of the icon.");
        field("ProjectTags", &Project::tags, plain, "Canonical names of tags.");
        field("CombineHealthAndSyncStatusInDashboardLiveStatus", &Project::combine_live_status, plain,
              "Stored unchanged.");
        field("ProvisioningRunbookId", &Project::provisioning_runbook, loose | without_effect,
              "Runbook that runs when an environment is created.");
        field("DeprovisioningRunbookId", &Project::deprovisioning_runbook, loose | without_effect,
              "Runbook that runs before an environment is deleted.");
        field("ExecuteDeploymentsOnResilientPipeline", &Project::resilient_pipeline, computed, "Always null.");
        describe_newer(field);
    }
    static void describe_newer(auto& field) {
        field("ExecuteDeploymentsOnEventBasedPipeline", &Project::event_based_pipeline, without_effect,
              "Whether events run deployments.");
        field("DefaultPowerShellEdition", &Project::powershell_edition, without_effect,
              "Edition of PowerShell for steps that name none.");
        field("IsBadgesEnabled", &Project::is_badges_enabled, without_effect, "Whether badges of the project are public.");
        field("RetainTenantConnections", &Project::retain_tenant_connections, without_effect,
              "Whether a clone is connected to the same tenants.");
        field("ProjectTemplateDetails", &Project::template_details, computed, "Always null.");
        field("FailTargetDiscovery", &Project::fail_target_discovery, kept | without_effect,
              "Whether a failed target discovery fails a deployment.");
        field("CancelQueuedTasks", &Project::cancel_queued_tasks, kept | without_effect,
              "Whether a new deployment cancels queued ones.");
        field("CancelRunningTasks", &Project::cancel_running_tasks, kept | without_effect,
              "Whether a new deployment cancels running ones.");
    }
    void settle();
    void check(Reading& reading, Place const& place) const;
};

// The part of a project that is also a document of its own. Saving either one changes both.
struct DeploymentSettings {
    std::string id, space_id, project;
    ConnectivityPolicy connectivity;
    GuidedFailureMode guided_failure = GuidedFailureMode::environment_default;
    bool skip_if_installed = false;
    std::optional<std::string> deployment_changes_template, release_notes_template;
    VersioningStrategy versioning;
    bool force_package_download = false;
    bool fail_target_discovery = false, cancel_queued_tasks = false, cancel_running_tasks = false;
    std::optional<std::string> change_description;

    static constexpr std::string_view type_name = "DeploymentSettings";
    static void describe(auto& field) {
        field("Id", &DeploymentSettings::id, computed | like("deploymentsettings-Projects-1"),
              "Id: deploymentsettings- and the project id.");
        field("SpaceId", &DeploymentSettings::space_id, computed, "Space of the project.");
        field("ProjectId", &DeploymentSettings::project, computed, "Project id.");
        field("ConnectivityPolicy", &DeploymentSettings::connectivity, without_effect, "Treatment of unavailable targets.");
        field("DefaultGuidedFailureMode", &DeploymentSettings::guided_failure, without_effect,
              "Guided failure mode: EnvironmentDefault, Off or On.");
        field("DefaultToSkipIfAlreadyInstalled", &DeploymentSettings::skip_if_installed, without_effect,
              "Whether packages that are already installed are skipped.");
        field("DeploymentChangesTemplate", &DeploymentSettings::deployment_changes_template, without_effect,
              "Template of deployment changes.");
        field("ReleaseNotesTemplate", &DeploymentSettings::release_notes_template, without_effect, "Template of release notes.");
        field("VersioningStrategy", &DeploymentSettings::versioning, without_effect, "Numbering of releases.");
        field("ForcePackageDownload", &DeploymentSettings::force_package_download, without_effect,
              "Whether packages are always downloaded again.");
        field("FailTargetDiscovery", &DeploymentSettings::fail_target_discovery, without_effect,
              "Whether a failed target discovery fails a deployment.");
        field("CancelQueuedTasks", &DeploymentSettings::cancel_queued_tasks, without_effect,
              "Whether a new deployment cancels queued ones.");
        field("CancelRunningTasks", &DeploymentSettings::cancel_running_tasks, without_effect,
              "Whether a new deployment cancels running ones.");
        field("ChangeDescription", &DeploymentSettings::change_description, computed,
              "Always null: only projects in Git have descriptions of changes.");
    }
    static DeploymentSettings of(Project const& project);
    void apply_to(Project& target) const;
};

} // namespace stepwell::domain
