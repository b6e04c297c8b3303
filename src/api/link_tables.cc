#include "api/link_tables.h"

#include "base/json.h"
#include "base/text.h"
#include "domain/nouns.h"

namespace stepwell::api {

namespace {

// Sorted by name, ignoring case. Clients only send query parameters that the template lists. The lists of nouns end
// with {/id} here; the description of the noun defines their query parameters.
// clang-format off
constexpr RootLink table[] = {
    {"Accounts", Where::both, "/api/$S/accounts{/id}"},
    {"ActionTemplateLogo", Where::both, "/api/$S/actiontemplates/{typeOrId}/logo{?cb}"},
    {"ActionTemplates", Where::both, "/api/$S/actiontemplates{/id}{?skip,take,ids,partialName}"},
    {"ActionTemplatesCategories", Where::both, "/api/$S/actiontemplates/categories"},
    {"ActionTemplatesSearch", Where::both, "/api/$S/actiontemplates/search"},
    {"ActionTemplateVersionedLogo", Where::both, "/api/$S/actiontemplates/{typeOrId}/versions/{version}/logo{?cb}"},
    {"ArchivedEventFiles", Where::root, "/api/events/archives{?skip,take}"},
    {"Artifacts", Where::both, "/api/$S/artifacts{/id}{?skip,take,regarding,ids,partialName,order}"},
    {"Authenticate_Octopus ID", Where::root, "/users/authenticate/OctopusID{?returnUrl}"},
    {"Authentication", Where::root, "/api/authentication"},
    {"AzureDevOpsConnectivityCheck", Where::root, "/api/azuredevopsissuetracker/connectivitycheck"},
    {"AzureEnvironments", Where::root, "/api/accounts/azureenvironments"},
    {"BackupConfiguration", Where::root, "/api/backupconfiguration"},
    {"BuildInformation", Where::both,
     "/api/$S/build-information{/id}{?filter,packageId,latest,skip,take,overwriteMode}"},
    {"BuildInformationBulk", Where::both, "/api/$S/build-information/bulk{?ids}"},
    {"BuiltInFeedStats", Where::both, "/api/$S/feeds/stats"},
    {"CertificateConfiguration", Where::root, "/api/configuration/certificates{/id}{?skip,take,ids,partialName}"},
    {"Certificates", Where::both,
     "/api/$S/certificates{/id}"},
    {"Channels", Where::both, "/api/$S/channels{/id}"},
    {"CloudTemplate", Where::root, "/api/cloudtemplate/{id}/metadata{?packageId,feedId}"},
    {"CommunityActionTemplates", Where::root, "/api/communityactiontemplates{/id}{?skip,take,ids}"},
    {"Configuration", Where::root, "/api/configuration{/id}"},
    {"CurrentLicense", Where::root, "/api/licenses/licenses-current"},
    {"CurrentLicenseStatus", Where::root, "/api/licenses/licenses-current-status"},
    {"CurrentUser", Where::root, "/api/users/me"},
    {"Dashboard", Where::both,
     "/api/$S/dashboard{?projectId,releaseId,selectedTenants,selectedTags,showAll,"
     "highestLatestVersionPerProjectAndEnvironment}"},
    {"DashboardConfiguration", Where::both, "/api/$S/dashboardconfiguration"},
    {"DashboardDynamic", Where::both, "/api/$S/dashboard/dynamic{?projects,environments,includePrevious}"},
    {"DeploymentFreezes", Where::root, "/api/deploymentfreezes{/id}{?skip,take,ids,partialName}"},
    {"DeploymentProcesses", Where::both, "/api/$S/deploymentprocesses{/id}"},
    {"Deployments", Where::both,
     "/api/$S/deployments{/id}{?skip,take,ids,projects,environments,tenants,channels,taskState,partialName}"},
    {"DiscoverMachine", Where::both, "/api/$S/machines/discover{?host,port,type,proxyId}"},
    {"DiscoverWorker", Where::both, "/api/$S/workers/discover{?host,port,type,proxyId}"},
    {"DynamicExtensionsFeaturesMetadata", Where::root, "/api/dynamic-extensions/features/metadata"},
    {"DynamicExtensionsFeaturesValues", Where::root, "/api/dynamic-extensions/features/values"},
    {"DynamicExtensionsScripts", Where::root, "/api/dynamic-extensions/scripts"},
    {"Environments", Where::both, "/api/$S/environments{/id}"},
    {"EnvironmentSortOrder", Where::both, "/api/$S/environments/sortorder"},
    {"EnvironmentsSummary", Where::both,
     "/api/$S/environments/summary{?ids,partialName,machinePartialName,roles,isDisabled,healthStatuses,commStyles,"
     "tenantIds,tenantTags,hideEmptyEnvironments,shellNames}"},
    {"EventAgents", Where::root, "/api/events/agents"},
    {"EventCategories", Where::root, "/api/events/categories{?appliesTo}"},
    {"EventDocumentTypes", Where::root, "/api/events/documenttypes"},
    {"EventGroups", Where::root, "/api/events/groups{?appliesTo}"},
    {"Events", Where::root,
     "/api/events{/id}{?skip,regarding,regardingAny,user,users,projects,projectGroups,environments,eventGroups,"
     "eventCategories,eventAgents,tags,tenants,from,to,internal,fromAutoId,toAutoId,documentTypes,asCsv,take,ids,"
     "spaces,includeSystem,excludeDifference}"},
    {"ExportProjects", Where::both, "/api/$S/projects/import-export/export"},
    {"ExtensionStats", Where::root, "/api/serverstatus/extensions"},
    {"ExternalSecurityGroupProviders", Where::root, "/api/externalsecuritygroupproviders"},
    {"ExternalUserSearch", Where::root, "/api/users/external-search{?partialName}"},
    {"FeaturesConfiguration", Where::root, "/api/featuresconfiguration"},
    {"Feeds", Where::both, "/api/$S/feeds{/id}"},
    {"GitCredentials", Where::both, "/api/$S/git-credentials{/id}{?skip,take,name}"},
    {"ImportProjects", Where::both, "/api/$S/projects/import-export/import"},
    {"Interruptions", Where::both, "/api/$S/interruptions{/id}{?skip,take,regarding,pendingOnly,ids}"},
    {"Invitations", Where::root, "/api/users/invitations"},
    {"IssueTrackers", Where::root, "/api/issuetrackers{?skip,take,ids,partialName}"},
    {"JiraConnectAppCredentialsTest", Where::root, "/api/jiraintegration/connectivitycheck/connectapp"},
    {"JiraCredentialsTest", Where::root, "/api/jiraintegration/connectivitycheck/jira"},
    {"LetsEncryptConfiguration", Where::root, "/api/letsencryptconfiguration"},
    {"LibraryVariables", Where::both, "/api/$S/libraryvariablesets{/id}"},
    {"Lifecycles", Where::both, "/api/$S/lifecycles{/id}"},
    {"LoginInitiated", Where::root, "/api/authentication/checklogininitiated"},
    {"MachineOperatingSystems", Where::both, "/api/$S/machines/operatingsystem/names/all"},
    {"MachinePolicies", Where::both, "/api/$S/machinepolicies{/id}"},
    {"MachinePolicyTemplate", Where::both, "/api/$S/machinepolicies/template"},
    {"MachineRoles", Where::both, "/api/$S/machineroles/all"},
    {"Machines", Where::both,
     "/api/$S/machines{/id}{?skip,take,name,ids,partialName,roles,isDisabled,healthStatuses,commStyles,tenantIds,"
     "tenantTags,environmentIds,thumbprint,deploymentId,shellNames,deploymentTargetTypes}"},
    {"MachineShells", Where::both, "/api/$S/machines/operatingsystem/shells/all"},
    {"MaintenanceConfiguration", Where::root, "/api/maintenanceconfiguration"},
    {"MigrationsImport", Where::root, "/api/migrations/import"},
    {"MigrationsPartialExport", Where::root, "/api/migrations/partialexport"},
    {"OctopusServerClusterSummary", Where::root, "/api/octopusservernodes/summary"},
    {"OctopusServerNodes", Where::root, "/api/octopusservernodes{/id}{?skip,take,ids,partialName}"},
    {"PackageDeltaSignature", Where::both, "/api/$S/packages/{packageId}/{version}/delta-signature"},
    {"PackageDeltaUpload", Where::both, "/api/$S/packages/{packageId}/{baseVersion}/delta{?replace,overwriteMode}"},
    {"PackageMetadata", Where::both,
     "/api/$S/package-metadata{/id}{?filter,latest,skip,take,replace,overwriteMode}"},
    {"PackageNotesList", Where::both, "/api/$S/packages/notes{?packageIds}"},
    {"Packages", Where::both, "/api/$S/packages{/id}{?nuGetPackageId,filter,latest,skip,take,includeNotes}"},
    {"PackagesBulk", Where::both, "/api/$S/packages/bulk{?ids}"},
    {"PackageUpload", Where::both, "/api/$S/packages/raw{?replace,overwriteMode}"},
    {"PerformanceConfiguration", Where::root, "/api/performanceconfiguration"},
    {"PermissionDescriptions", Where::root, "/api/permissions/all"},
    {"ProjectGroups", Where::both, "/api/$S/projectgroups{/id}"},
    {"ProjectImportFiles", Where::both, "/api/$S/projects/import-export/import-files"},
    {"ProjectImportPreview", Where::both, "/api/$S/projects/import-export/import/preview"},
    {"ProjectPulse", Where::both, "/api/$S/projects/pulse{?projectIds}"},
    {"Projects", Where::both, "/api/$S/projects{/id}"},
    {"ProjectsExperimentalSummaries", Where::both, "/api/$S/projects/experimental/summaries{?ids}"},
    {"ProjectTriggers", Where::both, "/api/$S/projecttriggers{/id}{?skip,take,ids,runbooks}"},
    {"Proxies", Where::both, "/api/$S/proxies{/id}"},
    {"Register", Where::root, "/api/users/register"},
    {"Releases", Where::both, "/api/$S/releases{/id}{?skip,ignoreChannelRules,take,ids}"},
    {"Reporting/DeploymentsCountedByWeek", Where::both,
     "/api/$S/reporting/deployments-counted-by-week{?projectIds}"},
    {"RetentionDefaultConfiguration", Where::root, "/api/configuration/retention-default"},
    {"RetentionPolicies", Where::both, "/api/$S/retentionpolicies{/id}{?RetentionType}"},
    {"RunbookProcesses", Where::both, "/api/$S/runbookProcesses{/id}"},
    {"RunbookRuns", Where::both,
     "/api/$S/runbookRuns{/id}"},
    {"Runbooks", Where::both, "/api/$S/runbooks{/id}"},
    {"RunbookSnapshots", Where::both, "/api/$S/runbookSnapshots{/id}"},
    {"ScheduledProjectTriggers", Where::both, "/api/$S/scheduledprojecttriggers{/id}{?skip,take,ids}"},
    {"Scheduler", Where::root, "/api/scheduler/{name}/logs{?verbose,tail}"},
    {"ScopedUserRoles", Where::root, "/api/scopeduserroles{/id}{?skip,take,ids,partialName,spaces,includeSystem}"},
    {"Self", Where::root, "/api"},
    {"Self", Where::space, "/api/$S"},
    {"ServerConfiguration", Where::root, "/api/serverconfiguration"},
    {"ServerConfigurationSettings", Where::root, "/api/serverconfiguration/settings"},
    {"ServerHealthStatus", Where::root, "/api/serverstatus/health"},
    {"ServerStatus", Where::root, "/api/serverstatus"},
    {"SignIn", Where::root, "/api/users/login{?returnUrl}"},
    {"SignOut", Where::root, "/api/users/logout"},
    {"SmtpConfiguration", Where::root, "/api/smtpconfiguration"},
    {"SmtpIsConfigured", Where::root, "/api/smtpconfiguration/isconfigured"},
    {"SpaceHome", Where::root, "/api/{spaceId}"},
    {"Spaces", Where::root, "/api/spaces{/id}"},
    {"SpaceSearch", Where::both, "/api/$S/search{?keyword}"},
    {"SshKnownHosts", Where::both, "/api/$S/sshknownhosts{/id}{?skip,take,ids,partialName}"},
    {"StepPackageDeploymentTargetTypes", Where::root, "/api/steps/deploymenttargets"},
    {"Subscriptions", Where::both, "/api/$S/subscriptions{/id}{?skip,take,ids,partialName,spaces}"},
    {"TagSets", Where::both, "/api/$S/tagsets{/id}{?skip,take,ids,partialName,scopes}"},
    {"TagSetSortOrder", Where::both, "/api/$S/tagsets/sortorder"},
    {"Tasks", Where::root,
     "/api/tasks{/id}{?skip,active,environment,tenant,runbook,project,name,node,running,states,"
     "hasPendingInterruptions,hasWarningsOrErrors,take,ids,partialName,spaces,includeSystem}"},
    {"TaskTypes", Where::root, "/api/tasks/taskTypes"},
    {"TeamMembership", Where::root, "/api/teammembership{?userId,spaces,includeSystem}"},
    {"TeamMembershipPreviewTeam", Where::root, "/api/teammembership/previewteam"},
    {"Teams", Where::root, "/api/teams{/id}"},
    {"Tenants", Where::both,
     "/api/$S/tenants{/id}{?skip,projectId,name,tags,take,ids,clone,partialName,isDisabled,clonedFromTenantId}"},
    {"TenantsMissingVariables", Where::both,
     "/api/$S/tenants/variables-missing{?tenantId,projectId,environmentId,includeDetails}"},
    {"TenantsStatus", Where::both, "/api/$S/tenants/status"},
    {"TenantTagTest", Where::both, "/api/$S/tenants/tag-test{?tenantIds,tags}"},
    {"TenantVariables", Where::both, "/api/$S/tenantvariables/all{?projectId}"},
    {"Timezones", Where::root, "/api/serverstatus/timezones"},
    {"UpgradeConfiguration", Where::root, "/api/upgradeconfiguration"},
    {"UserAuthentication", Where::root, "/api/users/authentication{/userId}"},
    {"UserIdentityMetadata", Where::root, "/api/users/identity-metadata"},
    {"UserOnboarding", Where::both, "/api/$S/useronboarding"},
    {"UserRoles", Where::root, "/api/userroles{/id}{?skip,take,ids,partialName}"},
    {"Users", Where::root, "/api/users{/id}"},
    {"VariableNames", Where::both, "/api/$S/variables/names{?project,runbook,projectEnvironmentsFilter}"},
    {"VariablePreview", Where::both,
     "/api/$S/variables/preview{?project,runbook,environment,channel,tenant,action,machine,role}"},
    {"Variables", Where::both, "/api/$S/variables{/id}"},
    {"VersionControlClearCache", Where::root, "/api/configuration/versioncontrol/clear-cache"},
    {"VersionRuleTest", Where::both, "/api/$S/channels/rule-test{?version,versionRange,preReleaseTag,feedType}"},
    {"Web", Where::root, "/app"},
    {"Web", Where::space, "/app#/$S"},
    {"WorkerOperatingSystems", Where::both, "/api/$S/workers/operatingsystem/names/all"},
    {"WorkerPools", Where::both, "/api/$S/workerpools{/id}"},
    {"WorkerPoolsDynamicWorkerTypes", Where::both, "/api/$S/workerpools/dynamicworkertypes"},
    {"WorkerPoolSortOrder", Where::both, "/api/$S/workerpools/sortorder"},
    {"WorkerPoolsSortOrder", Where::both, "/api/$S/workerpools/sortorder"},
    {"WorkerPoolsSummary", Where::both,
     "/api/$S/workerpools/summary{?ids,partialName,machinePartialName,isDisabled,healthStatuses,commStyles,"
     "hideEmptyWorkerPools,shellNames}"},
    {"WorkerPoolsSupportedTypes", Where::both, "/api/$S/workerpools/supportedtypes"},
    {"Workers", Where::both,
     "/api/$S/workers{/id}{?skip,take,name,ids,partialName,isDisabled,healthStatuses,commStyles,workerPoolIds,"
     "thumbprint,shellNames}"},
    {"WorkerShells", Where::both, "/api/$S/workers/operatingsystem/shells/all"},
    {"WorkerToolsLatestImages", Where::root, "/api/workertoolslatestimages"},
};
// clang-format on

std::string template_of(std::string_view target, std::string const& space_id) {
    auto filled = base::replace_all(std::string(target), "$S", space_id);
    constexpr std::string_view end = "{/id}";
    if (!target.ends_with(end)) return filled;
    target.remove_suffix(end.size());
    auto const noun = domain::find_noun_of_route(target.substr(target.rfind('/') + 1));
    return noun ? filled + "{?" + std::string(noun->query) + "}" : filled;
}

std::string links_where(Where here, std::string const& space_id) {
    std::string json;
    base::JsonWriter to(json);
    to.begin_object();
    for (auto const& link : table) {
        bool of_space = link.target.find("$S") != std::string_view::npos;
        if ((link.where == here || link.where == Where::both) && !(of_space && space_id.empty()))
            to.member(link.name, template_of(link.target, space_id));
    }
    to.end_object();
    return json;
}

} // namespace

std::span<RootLink const> root_links() { return table; }

std::string links_of_root(std::string const& default_space) { return links_where(Where::root, default_space); }
std::string links_of_space(std::string const& space_id) { return links_where(Where::space, space_id); }

} // namespace stepwell::api
