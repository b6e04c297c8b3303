#include "api/crud.h"
#include "api/route_files.h"
#include "base/error.h"
#include "domain/nouns.h"

namespace stepwell::api {

using domain::Access;
using P = Permission;

namespace {

// Resources to come: their collections are empty, a single one is not found, and none can be made.
struct Collection {
    std::string_view route, item, words;
    Access access;
};
// clang-format off
constexpr Collection collections[] = {
    {"accounts", "Account", "Accounts", {P::account_view, P::account_create, P::account_edit, P::account_delete}},
    {"actiontemplates", "ActionTemplate", "Step templates", {P::action_template_view, P::action_template_create, P::action_template_edit, P::action_template_delete}},
    {"artifacts", "Artifact", "Artifacts", {P::artifact_view, P::artifact_create, P::artifact_edit, P::artifact_delete}},
    {"build-information", "OctopusPackageVersionBuildInformationMapped", "Build information records", {P::feed_view, P::build_information_push, P::build_information_push, P::build_information_administer}},
    {"communityactiontemplates", "CommunityActionTemplate", "Community step templates", {P::action_template_view, P::action_template_create, P::action_template_edit, P::action_template_delete}},
    {"deploymentfreezes", "DeploymentFreeze", "Deployment freezes", {P::deployment_view, P::deployment_freeze_administer, P::deployment_freeze_administer, P::deployment_freeze_administer}},
    {"deployments", "Deployment", "Deployments", {P::deployment_view, P::deployment_create, P::deployment_create, P::deployment_delete}},
    {"git-credentials", "GitCredential", "Git credentials", {P::git_credential_view, P::git_credential_edit, P::git_credential_edit, P::git_credential_edit}},
    {"interruptions", "Interruption", "Interruptions", {P::interruption_view, P::interruption_submit, P::interruption_submit, P::interruption_submit}},
    {"issuetrackers", "IssueTracker", "Issue trackers", {P::any_user, P::configure_server, P::configure_server, P::configure_server}},
    {"machines", "DeploymentTarget", "Deployment targets", {P::machine_view, P::machine_create, P::machine_edit, P::machine_delete}},
    {"package-metadata", "OctopusPackageMetadataMapped", "Package metadata records", {P::feed_view, P::built_in_feed_push, P::built_in_feed_push, P::built_in_feed_administer}},
    {"packages", "Package", "Packages", {P::feed_view, P::built_in_feed_push, P::built_in_feed_push, P::built_in_feed_administer}},
    {"parentEnvironments", "ParentEnvironment", "Parent environments", {P::environment_view, P::environment_create, P::environment_edit, P::environment_delete}},
    {"projecttriggers", "ProjectTrigger", "Triggers", {P::trigger_view, P::trigger_create, P::trigger_edit, P::trigger_delete}},
    {"releases", "Release", "Releases", {P::release_view, P::release_create, P::release_edit, P::release_delete}},
    {"scheduledprojecttriggers", "ProjectTrigger", "Triggers", {P::trigger_view, P::trigger_create, P::trigger_edit, P::trigger_delete}},
    {"scopeduserroles", "ScopedUserRole", "Scoped user roles", {P::team_view, P::team_edit, P::team_edit, P::team_edit}},
    {"sshknownhosts", "SshKnownHost", "Known SSH hosts", {P::ssh_known_hosts_view, P::ssh_known_hosts_administer, P::ssh_known_hosts_administer, P::ssh_known_hosts_administer}},
    {"subscriptions", "Subscription", "Subscriptions", {P::subscription_view, P::subscription_create, P::subscription_edit, P::subscription_delete}},
    {"tagsets", "TagSet", "Tag sets", {P::any_user, P::tag_set_create, P::tag_set_edit, P::tag_set_delete}},
    {"tenants", "Tenant", "Tenants", {P::tenant_view, P::tenant_create, P::tenant_edit, P::tenant_delete}},
    {"userroles", "UserRole", "User roles", {P::user_role_view, P::user_role_edit, P::user_role_edit, P::user_role_edit}},
    {"workers", "Worker", "Workers", {P::worker_view, P::worker_edit, P::worker_edit, P::worker_edit}},
};

// Collections of resources to come below a document that must be there.
struct Below {
    std::string_view path, item;
    Permission permission;
    std::string_view summary;
};
constexpr Below below[] = {
    {"channels/{id}/releases", "Release", P::release_view, "Releases of a channel"},
    {"environments/{id}/machines", "DeploymentTarget", P::machine_view, "Deployment targets of an environment"},
    {"feeds/{id}/packages/search", "PackageDescription", P::feed_view, "Search the packages of a feed"},
    {"feeds/{id}/packages/versions", "PackageVersion", P::feed_view, "Versions of a package of a feed"},
    {"machinepolicies/{id}/machines", "DeploymentTarget", P::machine_view, "Deployment targets under a machine policy"},
    {"machinepolicies/{id}/workers", "Worker", P::worker_view, "Workers under a machine policy"},
    {"projects/{id}/releases", "Release", P::release_view, "Releases of a project"},
    {"projects/{id}/triggers", "ProjectTrigger", P::trigger_view, "Triggers of a project"},
    {"projects/{id}/triggers/scheduled", "ProjectTrigger", P::trigger_view, "Scheduled triggers of a project"},
    {"teams/{id}/scopeduserroles", "ScopedUserRole", P::team_view, "Roles given to a team"},
    {"workerpools/{id}/workers", "Worker", P::worker_view, "Workers of a worker pool"},
};

// The one step that is built in, for those who choose a step from a list.
constexpr std::string_view categories = R"([{"Id":"script","Name":"Script","DisplayOrder":1,"Links":{}}])";
constexpr std::string_view step_search =
    R"([{"Id":"Octopus.Script","Name":"Run a Script","Type":"Octopus.Script","Description":"Runs a script on a worker.",)"
    R"("Keywords":"bash python script","IsInstalled":true,"IsBuiltIn":true,"Category":"script","Categories":["script"],)"
    R"("Author":null,"Website":null,"HasUpdate":false,"CommunityActionTemplateId":null,"Links":{}}])";

// Answers that never change: most say "none", in the shape their readers know.
struct Fixed {
    std::string_view path;
    Permission permission;
    std::string_view json, summary;
};
constexpr Fixed fixed[] = {
    {"accounts/azureenvironments", P::account_view, "[]", "Clouds of Azure"},
    {"actiontemplates/categories", P::action_template_view, categories, "Shelves of the list of steps"},
    {"actiontemplates/search", P::action_template_view, step_search, "Steps to choose from"},
    {"feeds/stats", P::feed_view, R"({"TotalPackages":0,"Links":{}})", "Counters of the server's own feed"},
    {"feeds/{id}/packages", P::feed_view, "[]", "Packages of a feed"},
    {"machineroles/all", P::machine_view, "[]", "Tags of all deployment targets"},
    {"machines/operatingsystem/names/all", P::machine_view, "[]", "Operating systems of deployment targets"},
    {"machines/operatingsystem/shells/all", P::machine_view, "[]", "Shells of deployment targets"},
    {"packages/notes", P::feed_view, R"({"Packages":[],"Links":{}})", "Notes of packages"},
    {"projects/experimental/summaries", P::project_view, "[]", "Summaries of projects"},
    {"projects/pulse", P::project_view, "[]", "Latest deployments of projects"},
    {"reporting/deployments-counted-by-week", P::deployment_view, "[]", "Deployments a week"},
    {"search", P::any_user, "[]", "Search a space"},
    {"steps/deploymenttargets", P::machine_view, "[]", "Kinds of targets that step packages bring"},
    {"tenants/status", P::tenant_view, R"({"Enabled":false,"Links":{}})", "Whether tenants are used"},
    {"tenants/tag-test", P::tenant_view, "{}", "Which tenants match tags"},
    {"tenants/variables-missing", P::tenant_view, "[]", "Variables tenants have yet to fill in"},
    {"tenantvariables/all", P::tenant_view, "[]", "Variables of all tenants"},
    {"workers/operatingsystem/names/all", P::worker_view, "[]", "Operating systems of workers"},
    {"workers/operatingsystem/shells/all", P::worker_view, "[]", "Shells of workers"},
};

// Single calls that clients know and this server does not: 404 with a sentence that says why.
struct Absent {
    std::string_view method, path;
    Permission permission;
    std::string_view words;
};
constexpr Absent absent[] = {
    {"GET", "actiontemplates/{id}/logo", P::any_user, "Logos of steps"},
    {"GET", "actiontemplates/{id}/versions/{version}/logo", P::any_user, "Logos of steps"},
    {"POST", "azuredevopsissuetracker/connectivitycheck", P::configure_server, "Issue trackers"},
    {"GET", "backupconfiguration", P::configure_server, "Scheduled backups"},
    {"PUT", "backupconfiguration", P::configure_server, "Scheduled backups"},
    {"DELETE", "build-information/bulk", P::build_information_administer, "Build information records"},
    {"GET", "channels/rule-test", P::process_view, "Releases"},
    {"POST", "channels/rule-test", P::process_view, "Releases"},
    {"POST", "cloudtemplate/{id}/metadata", P::process_view, "Cloud templates"},
    {"POST", "configuration/versioncontrol/clear-cache", P::configure_server, "Projects kept in git"},
    {"GET", "configuration/retention-default", P::configure_server, "Defaults of what is kept in all spaces"},
    {"POST", "deployments/create/tenanted/v1", P::deployment_create, "Deployments"},
    {"POST", "deployments/create/untenanted/v1", P::deployment_create, "Deployments"},
    {"GET", "feeds/{id}/packages/notes", P::feed_view, "Packages"},
    {"GET", "interruptions/{id}/responsible", P::interruption_view, "Interruptions"},
    {"PUT", "interruptions/{id}/responsible", P::interruption_submit, "Interruptions"},
    {"POST", "interruptions/{id}/submit", P::interruption_submit, "Interruptions"},
    {"POST", "jiraintegration/connectivitycheck/connectapp", P::configure_server, "Issue trackers"},
    {"POST", "jiraintegration/connectivitycheck/jira", P::configure_server, "Issue trackers"},
    {"GET", "machines/discover", P::machine_view, "Deployment targets"},
    {"POST", "migrations/import", P::administer_system, "Migrations"},
    {"POST", "migrations/partialexport", P::administer_system, "Migrations"},
    {"DELETE", "packages/bulk", P::built_in_feed_administer, "Packages"},
    {"POST", "packages/raw", P::built_in_feed_push, "Packages"},
    {"GET", "packages/{id}/raw", P::feed_view, "Packages"},
    {"GET", "packages/{id}/{version}/delta-signature", P::built_in_feed_push, "Packages"},
    {"POST", "packages/{id}/{version}/delta", P::built_in_feed_push, "Packages"},
    {"POST", "projects/import-export/export", P::project_view, "Exports of projects"},
    {"POST", "projects/import-export/import", P::project_create, "Imports of projects"},
    {"GET", "projects/import-export/import-files", P::project_create, "Imports of projects"},
    {"POST", "projects/import-export/import/preview", P::project_create, "Imports of projects"},
    {"POST", "projects/{id}/git/convert", P::project_edit, "Projects kept in git"},
    {"GET", "projects/{id}/git/branches", P::project_view, "Projects kept in git"},
    {"GET", "projects/{id}/git/branches/v2", P::project_view, "Projects kept in git"},
    {"POST", "projects/{id}/git/branches/v2", P::project_edit, "Projects kept in git"},
    {"GET", "projects/{id}/git/tags", P::project_view, "Projects kept in git"},
    {"GET", "projects/{id}/git/commits/{hash}", P::project_view, "Projects kept in git"},
    {"GET", "projects/{id}/git/connectivity-test", P::project_view, "Projects kept in git"},
    {"GET", "projects/{id}/git/compatibility-report", P::project_view, "Projects kept in git"},
    {"GET", "projects/{id}/insights/metrics", P::insights_report_view, "Insights"},
    {"GET", "projects/{id}/releases/{version}", P::release_view, "Releases"},
    {"POST", "projects/{id}/triggers", P::trigger_create, "Triggers"},
    {"GET", "projects/{id}/triggers/{trigger}", P::trigger_view, "Triggers"},
    {"PUT", "projects/{id}/triggers/{trigger}", P::trigger_edit, "Triggers"},
    {"DELETE", "projects/{id}/triggers/{trigger}", P::trigger_delete, "Triggers"},
    {"POST", "releases/create/v1", P::release_create, "Releases"},
    {"GET", "serviceaccounts/{id}/oidcidentities/v1", P::user_view, "Sign-ins with tokens of other issuers"},
    {"POST", "serviceaccounts/{id}/oidcidentities/create/v1", P::user_edit, "Sign-ins with tokens of other issuers"},
    {"PUT", "tagsets/sortorder", P::tag_set_edit, "Tag sets"},
    {"POST", "teammembership/previewteam", P::team_view, "Previews of teams"},
    {"POST", "users/access-token", P::any_user, "Access tokens"},
    {"POST", "users/invitations", P::user_invite, "Invitations"},
    {"POST", "users/register", P::anyone, "Invitations"},
    {"GET", "users/{id}/avatar", P::any_user, "Pictures of users"},
    {"GET", "serverstatus/system-report", P::administer_system, "System reports"},
    {"GET", "workers/discover", P::worker_view, "Workers"},
    {"GET", "~/.well-known/openid-configuration", P::anyone, "Sign-ins with tokens of other issuers"},
    {"GET", "~/users/authenticate/OctopusID", P::anyone, "Sign-ins at Octopus ID"},
    {"POST", "~/users/authenticate/OctopusID", P::anyone, "Sign-ins at Octopus ID"},
};
// clang-format on

Handle not_yet(std::string_view words) {
    return [words](Call& call) -> net::Response {
        throw base::Error(base::Kind::not_found, "The resource '" + call.request.path + "' was not found: " +
                                                     std::string(words) + " are not part of this server yet.");
    };
}

net::Response no_such_one(Call& call) { store::throw_not_found(call.id()); }

void add_collection(Routes& routes, Collection const& row) {
    auto const& [route, item, words, access] = row;
    std::string path(route), one = path + "/{id}", of = " of: " + std::string(words);
    routes.add(Route("GET", path, access.view, Cost::read, "An empty page" + of,
                     [item](Call& call) { return answer_json(200, empty_page(call, item)); }));
    routes.add(Route("GET", path + "/all", access.view, Cost::read, "An empty array" + of,
                     [](Call&) { return answer_json(200, "[]"); }));
    routes.add(Route("GET", one, access.view, Cost::read, "Not found: one" + of, no_such_one));
    routes.add(Route("POST", path, access.create, Cost::read, "Not yet: one more" + of, not_yet(words)));
    routes.add(Route("PUT", one, access.edit, Cost::read, "Not yet: replace one" + of, not_yet(words)));
    routes.add(Route("DELETE", one, access.remove, Cost::read, "Not yet: delete one" + of, not_yet(words)));
}

domain::Noun const* noun_above(std::string_view path) {
    return domain::find_noun_of_route(path.substr(0, path.find('/')));
}

// Throws 404 when the document above is not there. Teams belong to a space or to none.
void require_document_above(Call const& call, domain::Noun const& noun) {
    if (noun.name != "Team") return (void)load_stored(call, noun, call.id());
    auto found =
        call.store().read([&](store::Session& session) { return store::find_document(session, noun, call.id(), {}); });
    if (!found) store::throw_not_found(call.id());
}

void add_below(Routes& routes, Below const& row) {
    auto noun = noun_above(row.path);
    routes.add(Route("GET", row.path, row.permission, Cost::read, row.summary, [noun, item = row.item](Call& call) {
        require_document_above(call, *noun);
        return answer_json(200, empty_page(call, item));
    }));
}

void add_fixed(Routes& routes, Fixed const& row) {
    bool under = row.path.find("{id}") != std::string_view::npos;
    auto noun = under ? noun_above(row.path) : nullptr;
    routes.add(Route("GET", row.path, row.permission, Cost::read, row.summary, [noun, json = row.json](Call& call) {
        if (noun) require_document_above(call, *noun);
        return answer_json(200, std::string(json));
    }));
}

} // namespace

void add_later_routes(Routes& routes) {
    for (auto const& row : collections) add_collection(routes, row);
    for (auto const& row : below) add_below(routes, row);
    for (auto const& row : fixed) add_fixed(routes, row);
    for (auto const& row : absent)
        routes.add(Route(row.method, row.path, row.permission, Cost::read, "Not yet: " + std::string(row.words),
                         not_yet(row.words)));
}

} // namespace stepwell::api
