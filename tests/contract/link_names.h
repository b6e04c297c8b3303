// The names of links that clients build their calls from: what the wire contract lists, apart from our own table.
#pragma once
#include <string_view>

namespace stepwell::contract {

// Only in the root.
constexpr std::string_view root_names[] = {
    "ArchivedEventFiles", "Authenticate_Octopus ID", "Authentication", "AzureDevOpsConnectivityCheck",
    "AzureEnvironments", "BackupConfiguration", "CertificateConfiguration", "CloudTemplate",
    "CommunityActionTemplates", "Configuration", "CurrentLicense", "CurrentLicenseStatus", "CurrentUser",
    "DeploymentFreezes", "DynamicExtensionsFeaturesMetadata", "DynamicExtensionsFeaturesValues",
    "DynamicExtensionsScripts", "EventAgents", "EventCategories", "EventDocumentTypes", "EventGroups", "Events",
    "ExtensionStats", "ExternalSecurityGroupProviders", "ExternalUserSearch", "FeaturesConfiguration", "Invitations",
    "IssueTrackers", "JiraConnectAppCredentialsTest", "JiraCredentialsTest", "LetsEncryptConfiguration",
    "LoginInitiated", "MaintenanceConfiguration", "MigrationsImport", "MigrationsPartialExport",
    "OctopusServerClusterSummary", "OctopusServerNodes", "PerformanceConfiguration", "PermissionDescriptions",
    "Register", "RetentionDefaultConfiguration", "Scheduler", "ScopedUserRoles", "ServerConfiguration",
    "ServerConfigurationSettings", "ServerHealthStatus", "ServerStatus", "SignIn", "SignOut", "SmtpConfiguration",
    "SmtpIsConfigured", "SpaceHome", "Spaces", "StepPackageDeploymentTargetTypes", "Tasks", "TaskTypes",
    "TeamMembership", "TeamMembershipPreviewTeam", "Teams", "Timezones", "UpgradeConfiguration", "UserAuthentication",
    "UserIdentityMetadata", "UserRoles", "Users", "VersionControlClearCache", "WorkerToolsLatestImages",
};

// In the root of each space, and in the root for the default space.
constexpr std::string_view space_names[] = {
    "Accounts", "ActionTemplateLogo", "ActionTemplates", "ActionTemplatesCategories", "ActionTemplatesSearch",
    "ActionTemplateVersionedLogo", "Artifacts", "BuildInformation", "BuildInformationBulk", "BuiltInFeedStats",
    "Certificates", "Channels", "Dashboard", "DashboardConfiguration", "DashboardDynamic", "DeploymentProcesses",
    "Deployments", "DiscoverMachine", "DiscoverWorker", "Environments", "EnvironmentSortOrder", "EnvironmentsSummary",
    "ExportProjects", "Feeds", "GitCredentials", "ImportProjects", "Interruptions", "LibraryVariables", "Lifecycles",
    "MachineOperatingSystems", "MachinePolicies", "MachinePolicyTemplate", "MachineRoles", "Machines",
    "MachineShells", "PackageDeltaSignature", "PackageDeltaUpload", "PackageMetadata", "PackageNotesList", "Packages",
    "PackagesBulk", "PackageUpload", "ProjectGroups", "ProjectImportFiles", "ProjectImportPreview", "ProjectPulse",
    "Projects", "ProjectsExperimentalSummaries", "ProjectTriggers", "Proxies", "Releases",
    "Reporting/DeploymentsCountedByWeek", "RetentionPolicies", "RunbookProcesses", "RunbookRuns", "Runbooks",
    "RunbookSnapshots", "ScheduledProjectTriggers", "SpaceSearch", "SshKnownHosts", "Subscriptions", "TagSets",
    "TagSetSortOrder", "Tenants", "TenantsMissingVariables", "TenantsStatus", "TenantTagTest", "TenantVariables",
    "UserOnboarding", "VariableNames", "VariablePreview", "Variables", "VersionRuleTest", "WorkerOperatingSystems",
    "WorkerPools", "WorkerPoolsDynamicWorkerTypes", "WorkerPoolSortOrder", "WorkerPoolsSortOrder",
    "WorkerPoolsSummary", "WorkerPoolsSupportedTypes", "Workers", "WorkerShells",
};

} // namespace stepwell::contract
