#include "api/missing_features.h"

#include "base/text.h"

#include <algorithm>

namespace stepwell::api {

namespace {

// A feature includes all paths that start with its own; {…} matches any segment. If two features match, the longer path
// applies.
struct Feature {
    std::string_view path, words;
};
constexpr Feature features[] = {
    {"actiontemplates", "Step templates"},
    {"approvalpolicies", "Approvals"},
    {"artifacts", "Artifacts"},
    {"azuredevopsissuetracker", "Issue trackers"},
    {"backupconfiguration", "Scheduled backups"},
    {"build-information", "Build information records"},
    {"channels/rule-test", "Releases"},
    {"channels/{id}/releases", "Releases"},
    {"cloudtemplate", "Cloud templates"},
    {"communityactiontemplates", "Community step templates"},
    {"configuration/retention-default", "Global retention defaults"},
    {"configuration/versioncontrol", "Version-controlled projects"},
    {"deploymentfreezes", "Deployment freezes"},
    {"deployments", "Deployments"},
    {"environments/ephemeral", "Ephemeral environments"},
    {"feeds", "External feeds"},
    {"feeds/{id}/packages", "Packages"},
    {"git-credentials", "Git credentials"},
    {"interruptions", "Interruptions"},
    {"issuetrackers", "Issue trackers"},
    {"jiraintegration", "Issue trackers"},
    {"machines", "Deployment targets"},
    {"migrations", "Migrations"},
    {"observability", "Kubernetes monitors"},
    {"package-metadata", "Package metadata records"},
    {"packages", "Packages"},
    {"parentEnvironments", "Parent environments"},
    {"platformhub", "Process templates"},
    {"projects/import-export", "Project exports and imports"},
    {"projects/{id}/environments/ephemeral", "Ephemeral environments"},
    {"projects/{id}/git", "Version-controlled projects"},
    {"projects/{id}/insights", "Insights"},
    {"projects/{id}/logo", "Logos"},
    {"projects/{id}/releases", "Releases"},
    {"projects/{id}/triggers", "Triggers"},
    {"projects/{id}/versioncontrolsettings", "Version-controlled projects"},
    {"projects/{id}/{reference}/deploymentprocesses", "Version-controlled projects"},
    {"projects/{id}/{reference}/deploymentsettings", "Version-controlled projects"},
    {"projects/{id}/{reference}/runbookProcesses", "Version-controlled projects"},
    {"projects/{id}/{reference}/runbooks", "Version-controlled projects"},
    {"projects/{id}/{reference}/variables", "Version-controlled projects"},
    {"projecttriggers", "Triggers"},
    {"ratelimitingpolicies", "Rate limits"},
    {"releases", "Releases"},
    {"reporting", "Reports"},
    {"runbook-runs/git", "Version-controlled projects"},
    {"scheduledprojecttriggers", "Triggers"},
    {"scopeduserroles", "Scoped user roles"},
    {"serverstatus/system-report", "System reports"},
    {"servertaskapprovals", "Approvals"},
    {"serviceaccounts", "Sign-ins with external tokens"},
    {"spaces/{id}/logo", "Logos"},
    {"sshknownhosts", "Known SSH hosts"},
    {"subscriptions", "Subscriptions"},
    {"tagsets", "Tag sets"},
    {"tasks/{id}/prioritize", "Task priorities"},
    {"tasks/{id}/servertaskapproval", "Approvals"},
    {"teammembership/previewteam", "Team previews"},
    {"teams", "Team changes"},
    {"tenant", "Tenants"},
    {"tenants", "Tenants"},
    {"userroles", "User roles"},
    {"users/access-token", "Access tokens"},
    {"users/authenticatedToken", "Sign-ins with external tokens"},
    {"users/invitations", "Invitations"},
    {"users/register", "Invitations"},
    {"users/{id}/avatar", "User pictures"},
    {"users/{id}/permissions/export", "Permission exports"},
    {"workers", "Workers"},
    {"~/.well-known/openid-configuration", "Sign-ins with external tokens"},
    {"~/token", "Sign-ins with external tokens"},
    {"~/users/authenticate/OctopusID", "Sign-ins with Octopus ID"},
};

// Returns the number of segments of `path`; 0 if `segments` does not start with them.
std::size_t matching_segments(std::string_view path, std::span<std::string const> segments) {
    auto const wanted = base::split(path, '/');
    if (wanted.size() > segments.size()) return 0;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (wanted[i].front() != '{' && !base::equal_ignoring_case(wanted[i], segments[i])) return 0;
    return wanted.size();
}

} // namespace

std::string_view missing_feature(std::span<std::string const> segments) {
    std::size_t longest = 0;
    std::string_view words;
    for (auto const& feature : features) {
        auto const length = matching_segments(feature.path, segments);
        if (length > longest) words = feature.words;
        longest = std::max(longest, length);
    }
    return words;
}

} // namespace stepwell::api
