#include "domain/permission.h"

#include "base/text.h"

namespace stepwell::domain {

namespace {

// clang-format off
constexpr PermissionFacts facts[] = {
    {"anyone", Level::none, false, false, false, false},
    {"any_user", Level::none, false, false, false, false},
    {"AdministerSystem", Level::system, false, false, false, false},
    {"ProjectEdit", Level::space, true, false, true, false},
    {"ProjectView", Level::space, true, false, true, false},
    {"ProjectCreate", Level::space, false, false, false, true},
    {"ProjectDelete", Level::space, true, false, true, false},
    {"ProcessView", Level::space, true, false, false, false},
    {"ProcessEdit", Level::space, true, false, false, false},
    {"VariableEdit", Level::space, true, true, false, false},
    {"VariableEditUnscoped", Level::space, true, false, false, false},
    {"VariableView", Level::space, true, true, false, false},
    {"VariableViewUnscoped", Level::space, true, false, false, false},
    {"ReleaseCreate", Level::space, true, false, true, false},
    {"ReleaseView", Level::space, true, false, true, false},
    {"ReleaseEdit", Level::space, true, false, true, false},
    {"ReleaseDelete", Level::space, true, false, true, false},
    {"DefectReport", Level::space, true, false, false, false},
    {"DefectResolve", Level::space, true, false, false, false},
    {"DeploymentCreate", Level::space, true, true, true, false},
    {"DeploymentDelete", Level::space, true, true, true, false},
    {"DeploymentView", Level::space, true, true, true, false},
    {"EnvironmentView", Level::space, false, true, false, false},
    {"EnvironmentCreate", Level::space, false, true, false, false},
    {"EnvironmentEdit", Level::space, false, true, false, false},
    {"EnvironmentDelete", Level::space, false, true, false, false},
    {"MachineCreate", Level::space, false, true, true, false},
    {"MachineEdit", Level::space, false, true, true, false},
    {"MachineView", Level::space, false, true, true, false},
    {"MachineDelete", Level::space, false, true, true, false},
    {"ArtifactView", Level::space, true, true, true, false, true},
    {"ArtifactCreate", Level::space, true, true, true, false, true},
    {"ArtifactEdit", Level::space, true, true, true, false, true},
    {"ArtifactDelete", Level::space, true, true, true, false, true},
    {"FeedView", Level::space, false, false, false, false},
    {"EventView", Level::both, true, true, true, false},
    {"LibraryVariableSetView", Level::space, false, false, false, false},
    {"LibraryVariableSetCreate", Level::space, false, false, false, false},
    {"LibraryVariableSetEdit", Level::space, false, false, false, false},
    {"LibraryVariableSetDelete", Level::space, false, false, false, false},
    {"ProjectGroupView", Level::space, false, false, false, true},
    {"ProjectGroupCreate", Level::space, false, false, false, true},
    {"ProjectGroupEdit", Level::space, false, false, false, true},
    {"ProjectGroupDelete", Level::space, false, false, false, true},
    {"TeamCreate", Level::both, false, false, false, false},
    {"TeamView", Level::both, false, false, false, false},
    {"TeamEdit", Level::both, false, false, false, false},
    {"TeamDelete", Level::both, false, false, false, false},
    {"UserView", Level::system, false, false, false, false},
    {"UserInvite", Level::system, false, false, false, false},
    {"UserRoleView", Level::system, false, false, false, false},
    {"UserRoleEdit", Level::system, false, false, false, false},
    {"TaskView", Level::both, true, true, true, false, true},
    {"TaskViewLog", Level::space, true, true, true, false, true},
    {"TaskCreate", Level::both, true, true, true, false, true},
    {"TaskCancel", Level::both, true, true, true, false, true},
    {"TaskEdit", Level::both, true, true, true, false, true},
    {"TaskPrioritize", Level::space, false, false, false, false},
    {"InterruptionView", Level::space, true, true, true, false, true},
    {"InterruptionSubmit", Level::space, true, true, true, false, true},
    {"InterruptionViewSubmitResponsible", Level::space, true, true, true, false, true},
    {"BuiltInFeedPush", Level::space, true, false, false, false},
    {"BuiltInFeedAdminister", Level::space, true, false, false, false},
    {"BuiltInFeedDownload", Level::space, true, false, false, false},
    {"ActionTemplateView", Level::space, false, false, false, false},
    {"ActionTemplateCreate", Level::space, false, false, false, false},
    {"ActionTemplateEdit", Level::space, false, false, false, false},
    {"ActionTemplateDelete", Level::space, false, false, false, false},
    {"LifecycleCreate", Level::space, false, false, false, false},
    {"LifecycleView", Level::space, false, false, false, false},
    {"LifecycleEdit", Level::space, false, false, false, false},
    {"LifecycleDelete", Level::space, false, false, false, false},
    {"AccountView", Level::space, false, true, false, false},
    {"AccountEdit", Level::space, false, true, false, false},
    {"AccountCreate", Level::space, false, true, false, false},
    {"AccountDelete", Level::space, false, true, false, false},
    {"TenantCreate", Level::space, false, false, true, false},
    {"TenantEdit", Level::space, false, false, true, false},
    {"TenantView", Level::space, false, false, true, false},
    {"TenantDelete", Level::space, false, false, true, false},
    {"TagSetCreate", Level::space, false, false, false, false},
    {"TagSetEdit", Level::space, false, false, false, false},
    {"TagSetDelete", Level::space, false, false, false, false},
    {"TelemetryView", Level::system, false, false, false, false},
    {"MachinePolicyCreate", Level::space, false, false, false, false},
    {"MachinePolicyView", Level::space, false, false, false, false},
    {"MachinePolicyEdit", Level::space, false, false, false, false},
    {"MachinePolicyDelete", Level::space, false, false, false, false},
    {"ProxyCreate", Level::space, false, false, false, false},
    {"ProxyView", Level::space, false, false, false, false},
    {"ProxyEdit", Level::space, false, false, false, false},
    {"ProxyDelete", Level::space, false, false, false, false},
    {"SubscriptionCreate", Level::space, false, false, false, false},
    {"SubscriptionView", Level::space, false, false, false, false},
    {"SubscriptionEdit", Level::space, false, false, false, false},
    {"SubscriptionDelete", Level::space, false, false, false, false},
    {"TriggerCreate", Level::space, true, false, false, false},
    {"TriggerView", Level::space, true, false, false, false},
    {"TriggerEdit", Level::space, true, false, false, false},
    {"TriggerDelete", Level::space, true, false, false, false},
    {"CertificateView", Level::space, false, true, true, false},
    {"CertificateCreate", Level::space, false, false, false, false},
    {"CertificateEdit", Level::space, false, true, true, false},
    {"CertificateDelete", Level::space, false, true, true, false},
    {"CertificateExportPrivateKey", Level::space, false, true, true, false},
    {"UserEdit", Level::system, false, false, false, false},
    {"ConfigureServer", Level::system, false, false, false, false},
    {"FeedEdit", Level::space, false, false, false, false},
    {"WorkerView", Level::space, false, false, false, false},
    {"WorkerEdit", Level::space, false, false, false, false},
    {"SpaceEdit", Level::system, false, false, false, false},
    {"SpaceView", Level::system, false, false, false, false},
    {"SpaceDelete", Level::system, false, false, false, false},
    {"SpaceCreate", Level::system, false, false, false, false},
    {"BuildInformationPush", Level::space, false, false, false, false},
    {"BuildInformationAdminister", Level::space, false, false, false, false},
    {"RunbookView", Level::space, true, false, false, false, true},
    {"RunbookEdit", Level::space, true, false, false, false, true},
    {"RunbookSnapshotCreate", Level::space, true, false, false, false, true},
    {"RunbookRunView", Level::space, true, true, true, false, true},
    {"RunbookRunDelete", Level::space, true, true, true, false, true},
    {"RunbookRunCreate", Level::space, true, true, true, false, true},
    {"GitCredentialView", Level::space, false, false, false, false},
    {"GitCredentialEdit", Level::space, false, false, false, false},
    {"EventRetentionDelete", Level::system, false, false, false, false},
    {"EventRetentionView", Level::system, false, false, false, false},
    {"InsightsReportView", Level::space, false, false, false, false},
    {"InsightsReportCreate", Level::space, false, false, false, false},
    {"InsightsReportEdit", Level::space, false, false, false, false},
    {"InsightsReportDelete", Level::space, false, false, false, false},
    {"DeploymentFreezeAdminister", Level::space, false, false, false, false},
    {"TargetTagView", Level::space, false, false, false, false},
    {"TargetTagAdminister", Level::space, false, false, false, false},
    {"PlatformHubView", Level::system, false, false, false, false},
    {"PlatformHubEdit", Level::system, false, false, false, false},
    {"RetentionAdminister", Level::space, false, false, false, false},
    {"FeatureToggleEdit", Level::space, false, false, false, false},
    {"ApprovalPolicyAdminister", Level::space, false, false, false, false},
    {"SshKnownHostsAdminister", Level::space, false, false, false, false},
    {"SshKnownHostsView", Level::space, false, false, false, false},
    {"AiAgentTranscriptView", Level::space, true, true, true, false},
    {"DeployedResourceAdminister", Level::space, true, true, true, false},
};
// clang-format on
constexpr std::size_t first_grantable = 2;

} // namespace

PermissionFacts const& facts_of(Permission permission) { return facts[std::size_t(permission)]; }

std::span<PermissionFacts const> all_permissions() { return std::span(facts).subspan(first_grantable); }

std::optional<Permission> find_permission(std::string_view name) {
    for (std::size_t i = first_grantable; i < std::size(facts); ++i)
        if (base::equal_ignoring_case(facts[i].name, name)) return Permission(i);
    return std::nullopt;
}

std::string describe(Permission permission) {
    std::string words;
    for (char c : facts_of(permission).name) {
        bool capital = c >= 'A' && c <= 'Z';
        if (capital && !words.empty()) words += ' ';
        words += words.empty() ? c : base::lower(c);
    }
    return words;
}

} // namespace stepwell::domain
