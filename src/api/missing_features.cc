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
    {"configuration/retention-default", "Defaults of what is kept in all spaces"},
    {"configuration/versioncontrol", "Projects kept in git"},
    {"deploymentfreezes", "Deployment freezes"},
    {"deployments", "Deployments"},
    {"environments/ephemeral", "Ephemeral environments"},
    {"feeds", "Feeds other than the built-in one"},
    {"feeds/{id}/packages", "Packages"},
    {"git-credentials", "Git credentials"},
    {"interruptions", "Interruptions"},
    {"issuetrackers", "Issue trackers"},
    {"jiraintegration", "Issue trackers"},
    {"machines", "Deployment targets"},
    {"migrations", "Migrations"},
    {"observability", "Monitors of Kubernetes"},
    {"package-metadata", "Package metadata records"},
    {"packages", "Packages"},
    {"parentEnvironments", "Parent environments"},
    {"platformhub", "Templates of processes"},
    {"projects/import-export", "Exports and imports of projects"},
    {"projects/{id}/environments/ephemeral", "Ephemeral environments"},
    {"projects/{id}/git", "Projects kept in git"},
    {"projects/{id}/insights", "Insights"},
    {"projects/{id}/logo", "Logos"},
    {"projects/{id}/releases", "Releases"},
    {"projects/{id}/triggers", "Triggers"},
    {"projects/{id}/versioncontrolsettings", "Projects kept in git"},
    {"projects/{id}/{reference}/deploymentprocesses", "Projects kept in git"},
    {"projects/{id}/{reference}/deploymentsettings", "Projects kept in git"},
    {"projects/{id}/{reference}/runbookProcesses", "Projects kept in git"},
    {"projects/{id}/{reference}/runbooks", "Projects kept in git"},
    {"projects/{id}/{reference}/variables", "Projects kept in git"},
    {"projecttriggers", "Triggers"},
    {"ratelimitingpolicies", "Limits of rates"},
    {"releases", "Releases"},
    {"reporting", "Reports"},
    {"runbook-runs/git", "Projects kept in git"},
    {"scheduledprojecttriggers", "Triggers"},
    {"scopeduserroles", "Scoped user roles"},
    {"serverstatus/system-report", "System reports"},
    {"servertaskapprovals", "Approvals"},
    {"serviceaccounts", "Sign-ins with tokens of other issuers"},
    {"spaces/{id}/logo", "Logos"},
    {"sshknownhosts", "Known SSH hosts"},
    {"subscriptions", "Subscriptions"},
    {"tagsets", "Tag sets"},
    {"tasks/{id}/prioritize", "Priorities of tasks"},
    {"tasks/{id}/servertaskapproval", "Approvals"},
    {"teammembership/previewteam", "Previews of teams"},
    {"teams", "Changes of teams"},
    {"tenant", "Tenants"},
    {"tenants", "Tenants"},
    {"userroles", "User roles"},
    {"users/access-token", "Access tokens"},
    {"users/authenticatedToken", "Sign-ins with tokens of other issuers"},
    {"users/invitations", "Invitations"},
    {"users/register", "Invitations"},
    {"users/{id}/avatar", "Pictures of users"},
    {"users/{id}/permissions/export", "Exports of permissions"},
    {"workers", "Workers"},
    {"~/.well-known/openid-configuration", "Sign-ins with tokens of other issuers"},
    {"~/token", "Sign-ins with tokens of other issuers"},
    {"~/users/authenticate/OctopusID", "Sign-ins at Octopus ID"},
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
