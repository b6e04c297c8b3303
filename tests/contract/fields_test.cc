// Members that every response must have, and members of a machine policy that a client may omit.
#include "contract/workshop.h"
#include "support/certificates.h"

namespace stepwell::contract {

namespace {

// The members that clients know, except those of external feeds and of clients of 2020. Passwords are never returned.
struct Members {
    std::string_view route, names;
};
constexpr Members members[] = {
    {"spaces", "Description Id IsDefault Name SpaceManagersTeamMembers SpaceManagersTeams TaskQueueStopped Slug "
               "IsPrivate Icon"},
    {"users", "CanPasswordBeEdited DisplayName EmailAddress Id Identities IsActive IsRequestor IsService "
              "Username Created"},
    {"teams", "CanBeDeleted CanBeRenamed CanChangeMembers CanChangeRoles Description ExternalSecurityGroups Id "
              "MemberUserIds Name SpaceId Slug"},
    {"environments", "AllowDynamicInfrastructure Description ExtensionSettings Id Name SortOrder SpaceId "
                     "UseGuidedFailure Slug EnvironmentTags"},
    {"lifecycles", "Description Id Name Phases ReleaseRetentionPolicy SpaceId TentacleRetentionPolicy Slug"},
    {"projectgroups", "Description EnvironmentIds Id Name RetentionPolicyId SpaceId Slug"},
    {"projects", "AutoCreateRelease AutoDeployReleaseOverrides ClonedFromProjectId DefaultGuidedFailureMode "
                 "DefaultToSkipIfAlreadyInstalled DeploymentChangesTemplate DeploymentProcessId Description "
                 "DiscreteChannelRelease ExtensionSettings Id IncludedLibraryVariableSetIds IsDisabled "
                 "IsVersionControlled LifecycleId Name ProjectConnectivityPolicy ProjectGroupId "
                 "ReleaseCreationStrategy ReleaseNotesTemplate Slug SpaceId Templates TenantedDeploymentMode "
                 "VariableSetId VersioningStrategy PersistenceSettings ForcePackageDownload "
                 "AllowIgnoreChannelRules CombineHealthAndSyncStatusInDashboardLiveStatus Icon ProjectTags "
                 "DeprovisioningRunbookId ProvisioningRunbookId RetainTenantConnections ProjectTemplateDetails "
                 "ExecuteDeploymentsOnEventBasedPipeline DefaultPowerShellEdition IsBadgesEnabled"},
    {"channels", "Description Id IsDefault LifecycleId Name ProjectId Rules SpaceId TenantTags GitReferenceRules "
                 "GitResourceRules Slug Type CustomFieldDefinitions EphemeralEnvironmentNameTemplate "
                 "ParentEnvironmentId AutomaticEphemeralEnvironmentDeployments"},
    {"deploymentprocesses", "Id LastSnapshotId ProjectId SpaceId Steps Version"},
    {"libraryvariablesets", "ContentType Description Id Name SpaceId Templates VariableSetId Version"},
    {"variables", "Id OwnerId ScopeValues SpaceId Variables Version"},
    {"runbooks", "ConnectivityPolicy DefaultGuidedFailureMode Description Environments EnvironmentScope Id "
                 "MultiTenancyMode Name ProjectId PublishedRunbookSnapshotId RunbookProcessId RunRetentionPolicy "
                 "SpaceId Slug ForcePackageDownload FailTargetDiscovery CancelQueuedTasks CancelRunningTasks "
                 "RunbookTags"},
    {"runbookProcesses", "Id LastSnapshotId ProjectId RunbookId SpaceId Steps Version"},
    {"runbookSnapshots", "Assembled FrozenProjectVariableSetId FrozenRunbookProcessId Id LibraryVariableSetSnapshotIds "
                         "Name Notes ProjectId ProjectVariableSetSnapshotId RunbookId SelectedPackages SpaceId "
                         "SelectedGitResources GitReference"},
    {"workerpools", "CanAddWorkers Description Id IsDefault Name SortOrder SpaceId WorkerPoolType Slug WorkerType"},
    {"machinepolicies", "ConnectionConnectTimeout ConnectionRetryCountLimit ConnectionRetrySleepInterval "
                        "ConnectionRetryTimeLimit Description Id IsDefault MachineCleanupPolicy "
                        "MachineConnectivityPolicy MachineHealthCheckPolicy MachineUpdatePolicy Name "
                        "PollingRequestMaximumMessageProcessingTimeout PollingRequestQueueTimeout SpaceId "
                        "MachineRpcCallRetryPolicy MachinePackageCacheRetentionPolicy"},
    {"feeds", "Id Name FeedType PackageAcquisitionLocationOptions SpaceId Slug "
              "DeleteUnreleasedPackagesAfterDays DownloadAttempts DownloadRetryBackoffSeconds "
              "IsBuiltInRepoSyncEnabled DeletePackagesAssociatedWithReleases"},
    {"proxies", "Host Id Name Password Port ProxyType SpaceId Username"},
    {"certificates", "Archived CertificateChain CertificateData CertificateDataFormat EnvironmentIds HasPrivateKey Id "
                     "IsExpired IssuerCommonName IssuerDistinguishedName IssuerOrganization Name NotAfter NotBefore "
                     "Notes Password ReplacedBy SelfSigned SerialNumber SignatureAlgorithmName SpaceId "
                     "SubjectAlternativeNames SubjectCommonName SubjectDistinguishedName SubjectOrganization "
                     "TenantedDeploymentParticipation TenantIds TenantTags Thumbprint Version"},
};

// Members of single documents.
constexpr Members single_members[] = {
    {"/api/Spaces-1/projects/Projects-1/deploymentsettings",
     "Id SpaceId ProjectId ConnectivityPolicy DefaultGuidedFailureMode VersioningStrategy ReleaseNotesTemplate "
     "DefaultToSkipIfAlreadyInstalled DeploymentChangesTemplate ForcePackageDownload FailTargetDiscovery "
     "CancelQueuedTasks CancelRunningTasks ChangeDescription"},
    {"/api/featuresconfiguration",
     "Id IsCommunityActionTemplatesEnabled IsBuiltInWorkerEnabled IsHelpSidebarEnabled HelpSidebarSupportLink "
     "HelpSidebarSupportLinkLabel IsAutomaticStepUpdatesEnabled IsKubernetesCloudTargetDiscoveryEnabled "
     "IsCompositeDockerHubRegistryFeedEnabled IsConfigureFeedsWithLocalOrSmbPathsEnabled "
     "IsNavigationVisualUpliftEnabled IsProjectsPageOptimizationEnabled IsProjectsPageOnboardingEnabled "
     "IsGitHubAppEnabled DefaultPowerShellEdition IsWebhookTriggerEnabled"},
};

struct Fields : Workshop {
    Json all_of(std::string const& route) {
        bool const above = route == "spaces" || route == "users";
        return server.json((above ? "/api/" : space) + route + "/all");
    }
};

} // namespace

TEST_F(Fields, are_all_in_every_answer) {
    environment("Dev");
    auto const shop = project("Shop"), book = runbook(shop, "Restart");
    set_steps(book, step("Go", "true"));
    snapshot(book, "One");
    create("libraryvariablesets", R"({"Name":"Set"})");
    create("proxies", R"({"Name":"Out","Host":"a"})");
    create("certificates", R"({"Name":"Shop","CertificateData":")" + std::string(tests::leaf_der) + "\"}");
    for (auto const& [route, names] : members) {
        auto const all = all_of(std::string(route));
        EXPECT_FALSE(all.as_array().empty()) << route;
        for (auto const& document : all.as_array())
            for (auto name : base::split(names, ' '))
                EXPECT_TRUE(document.as_object().contains(name)) << route << ": " << name;
    }
    for (auto const& [route, names] : single_members)
        for (auto name : base::split(names, ' '))
            EXPECT_TRUE(server.json(std::string(route)).as_object().contains(name)) << route << ": " << name;
}

TEST_F(Fields, of_a_machine_policy_have_the_defaults_of_clients) {
    auto const standard = get("machinepolicies/template");
    auto made = server.created(space + "machinepolicies",
                               R"({"Name":"P","MachineUpdatePolicy":{"TentacleUpdateBehavior":"Update",
        "KubernetesAgentUpdateBehavior":""},"ConnectionRetrySleepInterval":"00:00:07","MachineHealthCheckPolicy":null})");
    EXPECT_EQ(text_at(made, "/MachineUpdatePolicy/TentacleUpdateBehavior"), "Update");
    EXPECT_EQ(text_at(made, "/MachineUpdatePolicy/CalamariUpdateBehavior"), "UpdateOnDeployment");
    EXPECT_EQ(text_at(made, "/MachineUpdatePolicy/KubernetesAgentUpdateBehavior"), "NeverUpdate");
    EXPECT_EQ(text_at(made, "/ConnectionRetrySleepInterval"), "00:00:07");
    for (auto name : {"MachineHealthCheckPolicy", "MachinePackageCacheRetentionPolicy", "MachineRpcCallRetryPolicy",
                      "PollingRequestQueueTimeout", "PollingRequestMaximumMessageProcessingTimeout"})
        EXPECT_EQ(made.at(name), standard.at(name)) << name;
    EXPECT_EQ(text_at(standard, "/MachineHealthCheckPolicy/HealthCheckInterval"), "1.00:00:00");
    EXPECT_EQ(text_at(standard, "/PollingRequestQueueTimeout"), "00:10:00");
    expect_refused(
        server.post(space + "machinepolicies", R"({"Name":"Q","MachineUpdatePolicy":{"CalamariUpdateBehavior":"Never"},
        "ConnectionConnectTimeout":"1 minute","MachineCleanupPolicy":{"DeleteMachinesElapsedTimeSpan":"x"}})"),
        400, "MachineCleanupPolicy.DeleteMachinesElapsedTimeSpan: must be a time span");
}

} // namespace stepwell::contract
