#pragma once
#include "domain/resources/connectivity_policy.h"

namespace stepwell::domain {

struct LibraryVariableSet;
struct Lifecycle;
struct ProjectGroup;

struct ActionPackage {
    std::optional<std::string> action, reference;

    static constexpr std::string_view type_name = "DeploymentActionPackage";
    static void describe(auto& field) {
        field("DeploymentAction", &ActionPackage::action, plain, "Name of a step.");
        field("PackageReference", &ActionPackage::reference, plain, "Name of a package of that step.");
    }
};

struct VersioningStrategy {
    std::optional<std::string> version_template;
    std::optional<ActionPackage> donor_package;
    std::optional<std::string> donor_package_step;

    static constexpr std::string_view type_name = "VersioningStrategy";
    static void describe(auto& field) {
        field("Template", &VersioningStrategy::version_template, plain, "Text with variables.");
        field("DonorPackage", &VersioningStrategy::donor_package, plain, "Take the version of this package.");
        field("DonorPackageStepId", &VersioningStrategy::donor_package_step, plain, "Step of that package.");
    }
};

struct ReleaseCreationStrategy {
    std::optional<std::string> channel;
    std::optional<ActionPackage> package;
    std::optional<std::string> package_step;

    static constexpr std::string_view type_name = "ReleaseCreationStrategy";
    static void describe(auto& field) {
        field("ChannelId", &ReleaseCreationStrategy::channel, plain, "Channel of releases made by themselves.");
        field("ReleaseCreationPackage", &ReleaseCreationStrategy::package, plain, "Package that makes a release.");
        field("ReleaseCreationPackageStepId", &ReleaseCreationStrategy::package_step, plain, "Step of that package.");
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
    std::vector<Verbatim> templates, release_overrides, extension_settings;
    bool is_version_controlled = false;
    Persistence persistence{DatabasePersistence{}};
    bool allow_ignore_channel_rules = true, force_package_download = false;
    std::optional<Verbatim> icon;
    std::vector<std::string> tags;
    std::optional<bool> combine_live_status;
    std::optional<std::string> provisioning_runbook, deprovisioning_runbook, resilient_pipeline;

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
        field("Name", &Project::name, required | unique | at_most(200) | like("Shop"), "What it is called.");
        field("Slug", &Project::slug, some_slug | unique | kept, "The name in addresses.");
        field("Description", &Project::description, plain, "Markdown.");
        field("IsDisabled", &Project::is_disabled, plain, "Nothing of it can be run.");
        field("ProjectGroupId", &Project::group, required | indexed, "The group it is shown in.");
        field("LifecycleId", &Project::lifecycle, required | indexed, "The lifecycle it follows.");
        field("VariableSetId", &Project::variable_set, computed | like("variableset-Projects-1"), "Its variables.");
        field("DeploymentProcessId", &Project::deployment_process, computed | like("deploymentprocess-Projects-1"),
              "Its deployment process.");
        field("ClonedFromProjectId", &Project::cloned_from, loose | indexed, "The project it was copied from.");
        field("IncludedLibraryVariableSetIds", &Project::library_sets, plain,
              "Library variable sets it sees, the first before the others.");
        field("TenantedDeploymentMode", &Project::tenanted_mode, plain, "With tenants, without, or both.");
        field("DefaultGuidedFailureMode", &Project::guided_failure, without_effect, "Ask a person when a step fails.");
        field("DefaultToSkipIfAlreadyInstalled", &Project::skip_if_installed, plain, "Skip packages already there.");
        field("DiscreteChannelRelease", &Project::discrete_channel_release, plain, "Dashboards tell channels apart.");
        field("AutoCreateRelease", &Project::auto_create_release, plain, "A pushed package makes a release.");
        field("ReleaseCreationStrategy", &Project::release_creation, plain, "How such a release is made.");
        field("VersioningStrategy", &Project::versioning, plain, "How releases get their number.");
        field("ReleaseNotesTemplate", &Project::release_notes_template, plain, "Text new notes begin with.");
        field("DeploymentChangesTemplate", &Project::deployment_changes_template, plain, "Text of the changes.");
        field("ProjectConnectivityPolicy", &Project::connectivity, without_effect, "Targets that cannot be reached.");
        field("Templates", &Project::templates, plain, "Variables every tenant fills in.");
        field("AutoDeployReleaseOverrides", &Project::release_overrides, plain, "Releases pinned to environments.");
        field("ExtensionSettings", &Project::extension_settings, plain, "Kept as sent.");
        field("IsVersionControlled", &Project::is_version_controlled, computed, "Kept in git.");
        field("PersistenceSettings", &Project::persistence, plain, "Where it is kept.");
        field("AllowIgnoreChannelRules", &Project::allow_ignore_channel_rules, plain, "Rules may be overridden.");
        field("ForcePackageDownload", &Project::force_package_download, plain, "Fetch packages anew each time.");
        field("Icon", &Project::icon, plain, "Name and colour of its icon.");
        field("ProjectTags", &Project::tags, plain, "Canonical names of tags.");
        field("CombineHealthAndSyncStatusInDashboardLiveStatus", &Project::combine_live_status, plain, "Kept as sent.");
        field("ProvisioningRunbookId", &Project::provisioning_runbook, plain, "Runs when an environment is made.");
        field("DeprovisioningRunbookId", &Project::deprovisioning_runbook, plain, "Runs before it is removed.");
        field("ExecuteDeploymentsOnResilientPipeline", &Project::resilient_pipeline, computed, "Always null.");
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

    static constexpr std::string_view type_name = "DeploymentSettings";
    static void describe(auto& field) {
        field("Id", &DeploymentSettings::id, computed | like("deploymentsettings-Projects-1"),
              "deploymentsettings- and the project's id.");
        field("SpaceId", &DeploymentSettings::space_id, computed, "The space it belongs to.");
        field("ProjectId", &DeploymentSettings::project, computed, "The project.");
        field("ConnectivityPolicy", &DeploymentSettings::connectivity, plain, "Targets that cannot be reached.");
        field("DefaultGuidedFailureMode", &DeploymentSettings::guided_failure, plain, "Ask when a step fails.");
        field("DefaultToSkipIfAlreadyInstalled", &DeploymentSettings::skip_if_installed, plain, "Skip packages there.");
        field("DeploymentChangesTemplate", &DeploymentSettings::deployment_changes_template, plain, "Text of changes.");
        field("ReleaseNotesTemplate", &DeploymentSettings::release_notes_template, plain, "Text new notes begin with.");
        field("VersioningStrategy", &DeploymentSettings::versioning, plain, "How releases get their number.");
        field("ForcePackageDownload", &DeploymentSettings::force_package_download, plain, "Fetch packages anew.");
    }
    static DeploymentSettings of(Project const& project);
    void apply_to(Project& target) const;
};

} // namespace stepwell::domain
