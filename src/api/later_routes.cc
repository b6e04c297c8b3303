#include "api/crud.h"
#include "api/errors.h"
#include "api/missing_features.h"
#include "api/route_files.h"
#include "base/error.h"
#include "domain/nouns.h"

namespace stepwell::api {

using P = Permission;

namespace {

// Routes of resources that are not supported yet: collections are empty, and single documents are not found.
struct Collection {
    std::string_view route, item;
    Permission view;
};
constexpr Collection collections[] = {
    {"actiontemplates", "ActionTemplate", P::action_template_view},
    {"artifacts", "Artifact", P::artifact_view},
    {"build-information", "OctopusPackageVersionBuildInformationMapped", P::feed_view},
    {"communityactiontemplates", "CommunityActionTemplate", P::action_template_view},
    {"deploymentfreezes", "DeploymentFreeze", P::deployment_view},
    {"deployments", "Deployment", P::deployment_view},
    {"git-credentials", "GitCredential", P::git_credential_view},
    {"interruptions", "Interruption", P::interruption_view},
    {"issuetrackers", "IssueTracker", P::any_user},
    {"machines", "DeploymentTarget", P::machine_view},
    {"package-metadata", "OctopusPackageMetadataMapped", P::feed_view},
    {"packages", "Package", P::feed_view},
    {"parentEnvironments", "ParentEnvironment", P::environment_view},
    {"projecttriggers", "ProjectTrigger", P::trigger_view},
    {"releases", "Release", P::release_view},
    {"scheduledprojecttriggers", "ProjectTrigger", P::trigger_view},
    {"scopeduserroles", "ScopedUserRole", P::team_view},
    {"sshknownhosts", "SshKnownHost", P::ssh_known_hosts_view},
    {"subscriptions", "Subscription", P::subscription_view},
    {"tagsets", "TagSet", P::any_user},
    {"tenants", "Tenant", P::tenant_view},
    {"userroles", "UserRole", P::user_role_view},
    {"workers", "Worker", P::worker_view},
};

// Collections of unsupported resources that belong to an existing document.
struct Below {
    std::string_view path, item;
    Permission permission;
    std::string_view summary;
};
constexpr Below below[] = {
    {"channels/{id}/releases", "Release", P::release_view, "List releases of a channel"},
    {"environments/{id}/machines", "DeploymentTarget", P::machine_view, "List deployment targets of an environment"},
    {"feeds/{id}/packages/search", "PackageDescription", P::feed_view, "Search the packages of a feed"},
    {"feeds/{id}/packages/versions", "PackageVersion", P::feed_view, "List versions of a package of a feed"},
    {"machinepolicies/{id}/machines", "DeploymentTarget", P::machine_view,
     "List deployment targets of a machine policy"},
    {"machinepolicies/{id}/workers", "Worker", P::worker_view, "List workers of a machine policy"},
    {"projects/{id}/releases", "Release", P::release_view, "List releases of a project"},
    {"projects/{id}/triggers", "ProjectTrigger", P::trigger_view, "List triggers of a project"},
    {"projects/{id}/triggers/scheduled", "ProjectTrigger", P::trigger_view, "List scheduled triggers of a project"},
    {"teams/{id}/scopeduserroles", "ScopedUserRole", P::team_view, "List roles of a team"},
    {"workerpools/{id}/workers", "Worker", P::worker_view, "List workers of a worker pool"},
};

// The only built-in step, for lists of available steps.
constexpr std::string_view categories = R"([{"Id":"script","Name":"Script","DisplayOrder":1,"Links":{}}])";
constexpr std::string_view step_search =
    R"([{"Id":"Octopus.Script","Name":"Run a Script","Type":"Octopus.Script","Description":"Runs a script on a worker.",)"
    R"("Keywords":"bash python script","IsInstalled":true,"IsBuiltIn":true,"Category":"script","Categories":["script"],)"
    R"("Author":null,"Website":null,"HasUpdate":false,"CommunityActionTemplateId":null,"Links":{}}])";

// Constant answers. Most are empty, in the format that clients expect.
struct Fixed {
    std::string_view path;
    Permission permission;
    std::string_view json, summary;
};
constexpr Fixed fixed[] = {
    {"accounts/azureenvironments", P::account_view, "[]", "List Azure clouds"},
    {"accounts/{id}/resourceGroups", P::account_view, "[]", "List resource groups of an Azure account"},
    {"accounts/{id}/storageAccounts", P::account_view, "[]", "List storage accounts of an Azure account"},
    {"accounts/{id}/websites", P::account_view, "[]", "List web sites of an Azure account"},
    {"accounts/{id}/{group}/websites/{site}/slots", P::account_view, "[]",
     "List slots of a web site of an Azure account"},
    {"actiontemplates/categories", P::action_template_view, categories, "List categories of steps"},
    {"actiontemplates/search", P::action_template_view, step_search, "List available steps"},
    {"feeds/stats", P::feed_view, R"({"TotalPackages":0,"Links":{}})", "Read statistics of the built-in feed"},
    {"feeds/{id}/packages", P::feed_view, "[]", "List packages of a feed"},
    {"machineroles/all", P::machine_view, "[]", "List tags of all deployment targets"},
    {"machines/operatingsystem/names/all", P::machine_view, "[]", "List operating systems of deployment targets"},
    {"machines/operatingsystem/shells/all", P::machine_view, "[]", "List shells of deployment targets"},
    {"packages/notes", P::feed_view, R"({"Packages":[],"Links":{}})", "Read release notes of packages"},
    {"projects/experimental/summaries", P::project_view, "[]", "Summarize projects"},
    {"projects/pulse", P::project_view, "[]", "List the latest deployments of projects"},
    {"reporting/deployments-counted-by-week", P::deployment_view, "[]", "Count deployments per week"},
    {"search", P::any_user, "[]", "Search a space"},
    {"steps/deploymenttargets", P::machine_view, "[]", "List target types of step packages"},
    {"tenants/status", P::tenant_view, R"({"Enabled":false,"Links":{}})", "Read whether tenants are enabled"},
    {"tenants/tag-test", P::tenant_view, "{}", "Test which tenants match tags"},
    {"tenants/variables-missing", P::tenant_view, "[]", "List missing variables of tenants"},
    {"tenantvariables/all", P::tenant_view, "[]", "List variables of all tenants"},
    {"workers/operatingsystem/names/all", P::worker_view, "[]", "List operating systems of workers"},
    {"workers/operatingsystem/shells/all", P::worker_view, "[]", "List shells of workers"},
};

// Paths that a route with {id} would match.
struct Absent {
    std::string_view path;
    Permission permission;
};
constexpr Absent absent[] = {
    {"channels/rule-test", P::process_view},
    {"configuration/retention-default", P::configure_server},
    {"machines/discover", P::machine_view},
    {"workers/discover", P::worker_view},
};

std::string words_of(std::string_view path) {
    std::vector<std::string> segments;
    for (auto segment : base::split(path, '/')) segments.emplace_back(segment);
    return std::string(missing_feature(segments));
}

net::Response no_such_one(Call& call) { store::throw_not_found(call.id()); }

On on_some(Permission permission, std::string_view path) {
    if (permission == P::any_user) return On::nothing;
    return path.find('{') == std::string_view::npos ? On::anything : On::part;
}

void add_collection(Routes& routes, Collection const& row) {
    auto const on = on_some(row.view, row.route);
    std::string const path(row.route);
    auto items = words_of(path);
    items.front() = base::lower(items.front());
    routes.add_unless_there(Route("GET", path, row.view, on, Cost::read,
                                  "List " + items + " (not supported yet: always empty)",
                                  [item = row.item](Call& call) { return answer_json(200, empty_page(call, item)); }));
    routes.add_unless_there(Route("GET", path + "/all", row.view, on, Cost::read,
                                  "List all " + items + " as an array (not supported yet: always empty)",
                                  [](Call&) { return answer_json(200, "[]"); }));
    routes.add_unless_there(Route("GET", path + "/{id}", row.view, on, Cost::read,
                                  "Read one of the " + items + " (not supported yet: always 404)", no_such_one));
}

domain::Noun const* noun_above(std::string_view path) {
    return domain::find_noun_of_route(path.substr(0, path.find('/')));
}

// Throws Error{not_found} if the document in the path does not exist. A team belongs to one space or to none.
void require_document_above(Call const& call, domain::Noun const& noun) {
    if (noun.name != "Team") return (void)load_stored(call, noun, call.id());
    auto found =
        call.store().read([&](store::Session& session) { return store::find_document(session, noun, call.id(), {}); });
    if (!found) store::throw_not_found(call.id());
}

void add_below(Routes& routes, Below const& row) {
    auto noun = noun_above(row.path);
    routes.add_unless_there(
        Route("GET", row.path, row.permission, On::part, Cost::read, row.summary, [noun, item = row.item](Call& call) {
            require_document_above(call, *noun);
            return answer_json(200, empty_page(call, item));
        }));
}

void add_fixed(Routes& routes, Fixed const& row) {
    bool under = row.path.find("{id}") != std::string_view::npos;
    auto noun = under ? noun_above(row.path) : nullptr;
    routes.add_unless_there(Route("GET", row.path, row.permission, on_some(row.permission, row.path), Cost::read,
                                  row.summary, [noun, json = row.json](Call& call) {
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
        routes.add_unless_there(
            Route("GET", row.path, row.permission, On::anything, Cost::read, "Not supported yet: " + words_of(row.path),
                  [words = words_of(row.path)](Call& call) { return answer_missing(call.request.path, words); }));
}

} // namespace stepwell::api
