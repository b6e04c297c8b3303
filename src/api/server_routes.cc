#include "api/crud.h"
#include "api/link_tables.h"
#include "api/node.h"
#include "api/route_files.h"
#include "base/error.h"
#include "base/files.h"
#include "domain/nouns.h"
#include "store/runs.h"

#include <boost/json.hpp>

#include <filesystem>
#include <set>

#include <malloc.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

namespace stepwell::api {

using base::JsonWriter;
using P = Permission;
using store::Session;

namespace {

Handle always(std::string_view json) {
    return [json](Call&) { return answer_json(200, std::string(json)); };
}

Handle refuse(std::string_view sentence) {
    return [sentence](Call&) -> net::Response { base::reject("", std::string(sentence)); };
}

// Returns true for a value that is the same as a missing member.
bool is_blank(base::Json const& value) {
    if (auto object = value.if_object()) return object->empty();
    if (auto array = value.if_array()) return array->empty();
    if (auto flag = value.if_bool()) return !*flag;
    return schema::is_not_given(value) || value == base::Json(0);
}

// Adds a problem for each member of `sent` that differs from the current value. A null or empty text is no value.
void find_changes(base::Json const& sent, base::Json const& current, std::string const& path, std::string_view sentence,
                  base::Problems& problems) {
    if (schema::is_not_given(sent)) return;
    auto const members = sent.if_object();
    if (!members || !current.is_object()) {
        if (sent != current && !(is_blank(sent) && is_blank(current)))
            problems.push_back({path, "cannot be changed. " + std::string(sentence)});
        return;
    }
    for (auto const& member : *members) {
        auto const value = base::find_member(current, member.key());
        auto const at = path.empty() ? std::string(member.key()) : path + '.' + std::string(member.key());
        find_changes(member.value(), value ? *value : base::Json(), at, sentence, problems);
    }
}

// Answers a PUT of settings that cannot be changed: with the settings, if it changes nothing.
net::Response refuse_changes(Call& call, std::string json, std::string_view sentence) {
    auto sent = call.body();
    if (!sent.is_object()) base::reject("", "The body must be an object.");
    for (auto computed : {"Links", "LastSeen"}) base::erase_member(sent, computed);
    base::Problems problems;
    find_changes(sent, base::parse_json(json), "", sentence, problems);
    base::reject_if_any(std::move(problems));
    return answer_json(200, std::move(json));
}

struct OwnProcess {
    std::chrono::seconds age;
    std::int64_t threads, resident; // in bytes
};

// Reads fields 20, 22 and 24 of /proc/self/stat (proc(5)). The second field, in parentheses, may contain any
// characters.
OwnProcess own_process() {
    auto stat = base::read_file("/proc/self/stat").value_or("");
    auto close = stat.rfind(')');
    if (close == std::string::npos) throw base::Error(base::Kind::internal, "/proc/self/stat cannot be read");
    auto fields = base::split(std::string_view(stat).substr(close + 2), ' ');
    auto field = [&](std::size_t number) { return base::to_number(fields.at(number - 3)).value_or(0); };
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return {std::chrono::seconds(now.tv_sec - field(22) / sysconf(_SC_CLK_TCK)), field(20),
            field(24) * sysconf(_SC_PAGESIZE)};
}

std::int64_t running_tasks(Session& session) {
    store::TaskQuery running;
    running.states = {"Executing", "Cancelling"};
    running.take = 0;
    return store::list_tasks(session, running).total;
}

constexpr std::string_view status =
    R"({"Id":"serverstatus","IsDatabaseEncrypted":true,"IsInMaintenanceMode":false,"IsMajorMinorUpgrade":false,)"
    R"("IsPotentialClone":false,"IsUpgradeAvailable":false,"MaintenanceExpires":null,"MaximumAvailableVersion":null,)"
    R"("MaximumAvailableVersionCoveredByLicense":null,"Links":{"Self":"/api/serverstatus",)"
    R"("SystemInfo":"/api/serverstatus/system-info","RecentLogs":"/api/serverstatus/logs{?skip,take,includeDetail}",)"
    R"("Timezones":"/api/serverstatus/timezones","ExtensionStats":"/api/serverstatus/extensions",)"
    R"("GCCollect":"/api/serverstatus/gc-collect","DocumentCounts":"/api/serverstatus/counts",)"
    R"("Health":"/api/serverstatus/health"}})";

constexpr std::string_view health =
    R"({"Id":"serverstatus-health","Description":"The server operates normally.","IsOperatingNormally":true,)"
    R"("IsEntireClusterReadOnly":false,"IsEntireClusterDrainingTasks":false,"IsCompliantWithLicense":true,)"
    R"("Links":{"Self":"/api/serverstatus/health"}})";

net::Response system_info(Call&) {
    utsname system{};
    uname(&system);
    auto process = own_process();
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("Version", reported_version);
    to.member("OSVersion", fmt::format("{} {} {}", system.sysname, system.release, system.machine));
    to.member("ClrVersion", "none: the server is native code").member("Uptime", base::to_span(process.age));
    to.member("ThreadCount", process.threads).member("WorkingSetBytes", process.resident);
    to.member("MinThreadPoolCount", process.threads); // threads are created at startup and kept
    to.key("Links").raw(R"({"Self":"/api/serverstatus/system-info"})").end_object();
    return answer_json(200, std::move(json));
}

template <class Noun> std::int64_t count(Session& session) {
    store::ListQuery none;
    none.take = 0;
    return store::list_documents(session, domain::noun_of<Noun>(), none).total;
}

net::Response counts(Call& call) {
    std::string json;
    JsonWriter to(json);
    call.store().read([&](Session& session) {
        to.begin_object().key("Global").begin_object().member("Spaces", count<domain::Space>(session));
        to.member("Teams", count<domain::Team>(session)).member("Users", count<domain::User>(session)).end_object();
        to.key("Infrastructure").begin_object().member("DeploymentTargets", 0);
        to.member("Environments", count<domain::Environment>(session)).member("Tenants", 0);
        to.member("WorkerPools", count<domain::WorkerPool>(session)).member("Workers", 0).end_object();
        to.key("Library").begin_object().member("Certificates", count<domain::Certificate>(session));
        to.member("Packages", 0).member("VariableSets", 0).end_object();
        to.key("Project").begin_object().member("Deployments", 0).member("Projects", count<domain::Project>(session));
        to.member("Releases", 0).member("RunbookRuns", count<domain::RunbookRun>(session));
        to.member("Runbooks", count<domain::Runbook>(session)).end_object();
        to.key("Links").raw(R"({"Self":"/api/serverstatus/counts"})").end_object();
    });
    return answer_json(200, std::move(json));
}

// Returns the names of the IANA time zones: the third column of zone1970.tab.
std::vector<std::string> known_zones() {
    std::vector<std::string> zones;
    auto table = base::read_file("/usr/share/zoneinfo/zone1970.tab").value_or("");
    for (auto line : base::split(table, '\n')) {
        auto columns = base::split(line, '\t');
        if (!line.starts_with('#') && columns.size() > 2) zones.emplace_back(columns[2]);
    }
    std::ranges::sort(zones);
    return zones;
}

net::Response timezones(Call&) {
    std::error_code no_link;
    auto local = std::filesystem::read_symlink("/etc/localtime", no_link).string();
    bool found = false;
    std::string json, others;
    JsonWriter to(others);
    to.begin_array();
    for (auto const& zone : known_zones()) {
        bool is_local = local.ends_with("/" + zone);
        found = found || is_local;
        to.begin_object().member("Id", zone).member("Name", zone).member("IsLocal", is_local).end_object();
    }
    to.end_array();
    JsonWriter utc(json);
    utc.begin_object()
        .member("Id", "UTC")
        .member("Name", "(UTC) Coordinated Universal Time")
        .member("IsLocal", !found)
        .end_object();
    return answer_json(200, others == "[]" ? "[" + json + "]" : "[" + json + "," + others.substr(1));
}

void add_status_routes(Routes& routes) {
    routes.add(Route("GET", "serverstatus", P::any_user, On::nothing, Cost::read, "Read the state of the server",
                     always(status)));
    routes.add(Route("GET", "serverstatus/health", P::anyone, On::nothing, Cost::read, "Read the health of the server",
                     always(health)));
    routes.add(Route("GET", "serverstatus/timezones", P::any_user, On::nothing, Cost::work,
                     "List time zones for schedules", timezones));
    routes.add(Route("GET", "serverstatus/system-info", P::administer_system, On::server, Cost::work,
                     "Read the version, uptime and memory use of the server", system_info));
    routes.add(
        Route("GET", "serverstatus/counts", P::administer_system, On::server, Cost::work, "Count documents", counts));
    // The server writes its log to standard error and does not store it.
    routes.add(Route("GET", "serverstatus/logs", P::administer_system, On::server, Cost::read,
                     "Read recent lines of the server's log", always("[]")));
    routes.add(Route("GET", "serverstatus/extensions", P::any_user, On::nothing, Cost::read,
                     "List extensions of the server", always("[]")));
    routes.add(Route("POST", "serverstatus/gc-collect", P::administer_system, On::server, Cost::work,
                     "Return unused memory to the operating system", [](Call&) {
                         malloc_trim(0);
                         return answer_json(200, "{}");
                     }));
}

void write_node_links(JsonWriter& to, std::string const& id) {
    auto self = "/api/octopusservernodes/" + base::encode_percent(id);
    to.key("Links").begin_object().member("Self", self).member("Details", self + "/details").end_object();
}

std::string node(Call const& call) {
    std::string json;
    JsonWriter to(json);
    to.begin_object()
        .member("Id", node_id())
        .member("Name", node_name())
        .member("MaxConcurrentTasks", std::int64_t(call.house.worker.slots));
    to.member("IsInMaintenanceMode", false).member("LastSeen", base::to_text(call.store().clock().now()));
    write_node_links(to, node_id());
    to.end_object();
    return json;
}

void require_own_node(Call const& call) {
    if (!base::equal_ignoring_case(call.id(), node_id()) && !base::equal_ignoring_case(call.id(), node_name()))
        store::throw_not_found(call.id());
}

bool is_asked_for(Call const& call) {
    auto ids = call.query.list("ids");
    auto same = [](std::string const& id) { return base::equal_ignoring_case(id, node_id()); };
    if (!ids.empty() && std::ranges::none_of(ids, same)) return false;
    return base::contains_ignoring_case(node_name(), call.query.text("partialName").value_or(""));
}

net::Response nodes(Call& call) {
    std::vector<std::string> items;
    auto total = std::int64_t(is_asked_for(call));
    if (total > call.query.skip() && call.query.take() > 0) items.push_back(node(call));
    return answer_json(
        200, page_of(call, "OctopusServerNode", "/api/octopusservernodes", "skip,take,ids,partialName", total, items));
}

net::Response node_summary(Call& call) {
    std::string json;
    JsonWriter to(json);
    to.begin_object().key("Nodes").begin_array().begin_object();
    to.member("Id", node_id())
        .member("Name", node_name())
        .member("LastSeen", base::to_text(call.store().clock().now()));
    to.member("Rank", "Leader").member("IsOffline", false).member("IsInMaintenanceMode", false);
    to.member("MaxConcurrentTasks", std::int64_t(call.house.worker.slots))
        .member("RunningTaskCount", call.store().read(running_tasks));
    write_node_links(to, node_id());
    to.end_object().end_array().key("Links").raw(R"({"Self":"/api/octopusservernodes/summary"})").end_object();
    return answer_json(200, std::move(json));
}

net::Response node_details(Call& call) {
    require_own_node(call);
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("Id", node_id()).member("RunningTasks", call.store().read(running_tasks));
    write_node_links(to, node_id());
    to.end_object();
    return answer_json(200, std::move(json));
}

void add_node_routes(Routes& routes) {
    auto one = [](Call& call) {
        require_own_node(call);
        return answer_json(200, node(call));
    };
    auto all = [](Call& call) { return answer_json(200, is_asked_for(call) ? "[" + node(call) + "]" : "[]"); };
    routes.add(Route("GET", "octopusservernodes", P::configure_server, On::server, Cost::read,
                     "List servers of this installation", nodes));
    routes.add(Route("GET", "octopusservernodes/all", P::configure_server, On::server, Cost::read,
                     "List all servers of this installation as an array", all));
    routes.add(Route("GET", "octopusservernodes/summary", P::configure_server, On::server, Cost::read,
                     "Summarize servers and their tasks", node_summary));
    routes.add(Route("GET", "octopusservernodes/ping", P::anyone, On::nothing, Cost::read,
                     "Check whether this node accepts requests (for load balancers)",
                     [](Call& call) { return answer_json(200, node(call)); }));
    routes.add(Route("GET", "octopusservernodes/{id}", P::configure_server, On::server, Cost::read,
                     "Read a server of this installation", one));
    routes.add(Route("GET", "octopusservernodes/{id}/details", P::configure_server, On::server, Cost::read,
                     "Read the running tasks of a server", node_details));
    routes.add(Route("PUT", "octopusservernodes/{id}", P::configure_server, On::server, Cost::read,
                     "Change settings of a server (changes are rejected)", [](Call& call) {
                         require_own_node(call);
                         return refuse_changes(call, node(call), "Settings of a node are not supported yet.");
                     }));
    routes.add(Route("DELETE", "octopusservernodes/{id}", P::configure_server, On::server, Cost::read,
                     "Delete a server (always rejected)", [](Call& call) -> net::Response {
                         require_own_node(call);
                         base::reject("", "The node that receives this request cannot be deleted.");
                     }));
}

net::Response licence_status(Call& call) {
    auto last_day = *base::parse_time("2099-12-31");
    auto days = std::chrono::floor<std::chrono::days>(last_day - call.store().clock().now()).count();
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("Id", "licenses-current-status").member("IsCompliant", true);
    to.member("ComplianceSummary", "This server needs no license.").member("EffectiveExpiryDate", "2099-12-31");
    to.member("DaysToEffectiveExpiryDate", std::int64_t(days)).member("HostingEnvironment", "SelfHosted");
    to.member("PermissionsMode", "Full").key("Limits").raw("[]").key("Messages").raw("[]");
    to.member("IsNodeTaskLimitControlledByLicense", false)
        .member("EffectiveNodeTaskLimit", std::int64_t(call.house.worker.slots));
    to.member("IsClusterTaskLimitControlledByLicense", false)
        .member("EffectiveClusterTaskLimit", std::int64_t(call.house.worker.slots));
    to.member("DoesExpiryBlockKeyActivities", false);
    to.key("Links").raw(R"({"Self":"/api/licenses/licenses-current-status"})").end_object();
    return answer_json(200, std::move(json));
}

// Settings that clients read and that cannot be changed: a PUT that changes them is rejected.
struct Setting {
    std::string_view path;
    Permission view;
    std::string_view members, summary, refusal;
};
// clang-format off
constexpr Setting settings[] = {
    {"licenses/licenses-current", P::any_user, R"("Id":"licenses-current","LicenseText":"","SerialNumber":"")",
     "license", "This server needs no license. The license cannot be set."},
    {"featuresconfiguration", P::any_user,
     R"("Id":"features","IsCommunityActionTemplatesEnabled":false,"IsBuiltInWorkerEnabled":true,"IsHelpSidebarEnabled":false,)"
     R"("HelpSidebarSupportLink":null,"HelpSidebarSupportLinkLabel":null,"IsKubernetesEnabled":false,"IsActionContainersEnabled":false,)"
     R"("IsConfigurationAsCodeEnabled":false,"IsAutomaticStepUpdatesEnabled":false,"IsKubernetesCloudTargetDiscoveryEnabled":false,)"
     R"("IsCompositeDockerHubRegistryFeedEnabled":false,"IsConfigureFeedsWithLocalOrSmbPathsEnabled":false,)"
     R"("IsNavigationVisualUpliftEnabled":false,"IsProjectsPageOptimizationEnabled":false,)"
     R"("IsProjectsPageOnboardingEnabled":false,"IsGitHubAppEnabled":false,"IsWebhookTriggerEnabled":false,)"
     R"("DefaultPowerShellEdition":null)",
     "enabled features", "Features cannot be enabled or disabled."},
    {"maintenanceconfiguration", P::any_user, R"("Id":"maintenance","IsInMaintenanceMode":false)",
     "maintenance mode", "Maintenance mode is not supported yet."},
    {"serverconfiguration", P::configure_server, R"("Id":"server","ServerUri":null)",
     "URL of the server", "The URL of the server cannot be set yet."},
    {"performanceconfiguration", P::any_user, R"("Id":"performance","DefaultDashboardRenderMode":"VirtualizeRowsAndColumns")",
     "dashboard rendering", "Dashboard rendering cannot be changed."},
    {"upgradeconfiguration", P::configure_server,
     R"("Id":"upgrades","NotificationMode":"NeverShow","AllowChecking":false,"IncludeStatistics":false)",
     "update checks", "Update checks are not supported."},
    {"letsencryptconfiguration", P::configure_server, R"("Id":"letsencrypt","Enabled":false)",
     "Let's Encrypt settings", "Certificates from Let's Encrypt are not supported."},
    {"smtpconfiguration", P::configure_server,
     R"("Id":"smtp","SmtpHost":null,"SmtpPort":25,"SendEmailFrom":null,"SmtpLogin":null,)"
     R"("SmtpPassword":{"HasValue":false,"NewValue":null,"Hint":null},"EnableSsl":false,"Timeout":12000,"Details":null)",
     "mail settings", "Mail is not supported yet."},
    {"dynamic-extensions/features/values", P::configure_server, R"("Values":{})",
     "settings of extensions", "Extensions are not supported."},
    {"dashboardconfiguration", P::any_user,
     R"("Id":"dashboardconfiguration","IncludedProjectGroupIds":[],"IncludedProjectIds":[],"IncludedEnvironmentIds":[],)"
     R"("IncludedTenantIds":[],"IncludedTenantTags":[],"ProjectLimit":null)",
     "dashboard settings of the user", "The dashboard cannot be configured yet. It shows everything."},
};
// clang-format on

// Shows in the settings if scripts can run, which is determined at each start.
std::string as_it_is(Call const& call, std::string_view members) {
    std::string text(members);
    return call.house.worker.off.empty()
               ? text
               : base::replace_all(text, R"("IsBuiltInWorkerEnabled":true)", R"("IsBuiltInWorkerEnabled":false)");
}

void add_setting(Routes& routes, Setting const& row) {
    auto path = "/api/" + std::string(row.path);
    auto json = [path, members = row.members](Call const& call) {
        return "{" + as_it_is(call, members) + ",\"Links\":{\"Self\":\"" + path + "\"}}";
    };
    routes.add(Route("GET", row.path, row.view, row.view == P::any_user ? On::nothing : On::server, Cost::read,
                     "Read the " + std::string(row.summary),
                     [json](Call& call) { return answer_json(200, json(call)); }));
    routes.add(Route("PUT", row.path, P::configure_server, On::server, Cost::read,
                     "Change the " + std::string(row.summary) + " (changes are rejected)",
                     [json, refusal = row.refusal](Call& call) { return refuse_changes(call, json(call), refusal); }));
}

constexpr std::string_view section =
    R"({"Id":"authentication","Name":"Authentication","Description":"Sign-in with user name and password.",)"
    R"("Links":{"Self":"/api/configuration/authentication","Values":"/api/configuration/authentication/values",)"
    R"("Metadata":"/api/configuration/authentication/metadata"}})";

// The only section of the configuration and its routes.
void add_section_routes(Routes& routes) {
    auto in_section = [](std::string_view json) {
        return [json](Call& call) {
            if (!base::equal_ignoring_case(call.id(), "authentication")) store::throw_not_found(call.id());
            return answer_json(200, std::string(json));
        };
    };
    routes.add(Route("GET", "configuration", P::configure_server, On::server, Cost::read,
                     "List sections of the configuration", [](Call& call) {
                         std::vector<std::string> items;
                         if (call.query.skip() == 0 && call.query.take() > 0) items.emplace_back(section);
                         return answer_json(
                             200, page_of(call, "ConfigurationSection", "/api/configuration", "skip,take", 1, items));
                     }));
    routes.add(Route("GET", "configuration/all", P::configure_server, On::server, Cost::read,
                     "List all sections of the configuration as an array",
                     [](Call&) { return answer_json(200, "[" + std::string(section) + "]"); }));
    routes.add(Route("GET", "configuration/{id}", P::configure_server, On::server, Cost::read,
                     "Read a section of the configuration", in_section(section)));
    routes.add(Route("GET", "configuration/{id}/values", P::configure_server, On::server, Cost::read,
                     "Read the values of a section", in_section("{}")));
    routes.add(Route("GET", "configuration/{id}/metadata", P::configure_server, On::server, Cost::read,
                     "Read the metadata of a section",
                     in_section(R"({"Description":"The values of this section cannot be changed.","Types":[]})")));
    routes.add(Route("PUT", "configuration/{id}/values", P::configure_server, On::server, Cost::read,
                     "Change the values of a section (changes are rejected)", [](Call& call) {
                         if (!base::equal_ignoring_case(call.id(), "authentication")) store::throw_not_found(call.id());
                         return refuse_changes(call, "{}", "This section has no values.");
                     }));
}

void add_configuration_routes(Routes& routes) {
    for (auto const& row : settings) add_setting(routes, row);
    add_section_routes(routes);
    routes.add(Route("GET", "licenses/licenses-current-status", P::any_user, On::nothing, Cost::read,
                     "Read the license status", licence_status));
    routes.add(Route("GET", "serverconfiguration/settings", P::configure_server, On::server, Cost::read,
                     "List settings of the server", always("[]")));
    routes.add(Route("GET", "smtpconfiguration/isconfigured", P::any_user, On::nothing, Cost::read,
                     "Read whether mail is configured",
                     always(R"({"IsConfigured":false,"Links":{"Self":"/api/smtpconfiguration/isconfigured"}})")));
    routes.add(Route("GET", "dynamic-extensions/features/metadata", P::any_user, On::nothing, Cost::read,
                     "List features of extensions", always(R"({"Features":[],"Links":{}})")));
    routes.add(Route("GET", "dynamic-extensions/scripts", P::any_user, On::nothing, Cost::read,
                     "List scripts of extensions", always("[]")));
    routes.add(Route("GET", "workertoolslatestimages", P::any_user, On::nothing, Cost::read,
                     "List images with tools for workers", always(R"({"Images":[],"Links":{}})")));
    routes.add(Route("GET", "useronboarding", P::any_user, On::nothing, Cost::read,
                     "Read the onboarding tasks of a user", always(R"({"Tasks":[],"Links":{}})")));
}

// There are no jobs that users can see or start.
void add_scheduler_routes(Routes& routes) {
    constexpr std::string_view none = "The server has no scheduled jobs to start, stop or trigger.";
    auto no_job = [](Call& call) -> net::Response { store::throw_not_found(call.part("name")); };
    routes.add(Route("GET", "scheduler", P::configure_server, On::server, Cost::read,
                     "List scheduled jobs of the server",
                     always(R"({"IsRunning":true,"TaskStatus":[],"Links":{"Self":"/api/scheduler"}})")));
    for (auto verb : {"Start", "Stop", "Trigger"})
        routes.add(Route("GET", "scheduler/" + base::to_lower(verb), P::configure_server, On::server, Cost::read,
                         std::string(verb) + " a scheduled job of the server (always rejected)", refuse(none)));
    routes.add(Route("GET", "scheduler/{name}/logs", P::configure_server, On::server, Cost::read,
                     "Read the log of a scheduled job of the server", no_job));
    routes.add(Route("GET", "scheduler/{name}/logs/raw", P::configure_server, On::server, Cost::read,
                     "Read the log of a scheduled job of the server as text", no_job));
}

} // namespace

void add_server_routes(Routes& routes) {
    add_status_routes(routes);
    add_node_routes(routes);
    add_configuration_routes(routes);
    add_scheduler_routes(routes);
}

} // namespace stepwell::api
