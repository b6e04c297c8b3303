#include "net/running.h"
#include "support/test_server.h"

#include "api/link_tables.h"
#include "base/clock.h"
#include "base/text.h"

#include <set>

namespace stepwell::contract {

namespace {

using tests::TestServer;

std::string text(base::Json const& json) { return std::string(json.as_string()); }

net::Headers with_key(std::string key) {
    net::Headers headers;
    headers.add("X-Octopus-ApiKey", std::move(key));
    return headers;
}

// Returns the body of a response that must be successful.
base::Json body_of(net::Response const& response) {
    EXPECT_TRUE(response.status == 200 || response.status == 201) << response.status << " " << response.body;
    return base::parse_json(response.body);
}

struct Root : testing::Test {
    TestServer server;

    net::Response get_anonymously(std::string const& path) { return server.send("GET", path, {}, {}); }

    // Expects a 404 as clients know it: ErrorMessage, and no list of problems.
    static void expect_not_found(net::Response const& response) {
        ASSERT_EQ(response.status, 404) << response.body;
        auto body = base::parse_json(response.body);
        EXPECT_FALSE(body.at("ErrorMessage").as_string().empty());
        EXPECT_FALSE(body.as_object().contains("Errors"));
    }
    static void expect_refused(net::Response const& response) {
        ASSERT_EQ(response.status, 400) << response.body;
        EXPECT_FALSE(base::parse_json(response.body).at("Errors").as_array().empty());
    }
    std::string create(std::string const& path, std::string const& body) {
        return text(server.created(path, body).at("Id"));
    }
    std::string create_project(std::string const& name) {
        auto group = text(server.json("/api/projectgroups/all").at(0).at("Id"));
        auto lifecycle = text(server.json("/api/lifecycles/all").at(0).at("Id"));
        return create("/api/Spaces-1/projects", R"({"Name":")" + name + R"(","ProjectGroupId":")" + group +
                                                    R"(","LifecycleId":")" + lifecycle + R"("})");
    }
};

// The path without a query. Every parameter is the name of no existing document; {/id} is expanded if `optional` is
// set.
std::string expand(std::string_view target, std::string_view optional) {
    std::string path;
    for (std::size_t open; (open = target.find('{')) != std::string_view::npos;) {
        auto close = target.find('}', open);
        path += target.substr(0, open);
        if (target[open + 1] == '/')
            path += optional;
        else if (target[open + 1] != '?')
            path += "Nothing-999";
        target.remove_prefix(close + 1);
    }
    path += target;
    return base::replace_all(path.substr(0, path.find('#')), "$S", "Spaces-1");
}

std::set<std::string> names_in(base::Json const& object) {
    std::set<std::string> names;
    for (auto const& member : object.as_object()) names.emplace(member.key());
    return names;
}

} // namespace

TEST_F(Root, tells_anybody_what_clients_check_first) {
    auto root = body_of(get_anonymously("/api"));
    EXPECT_EQ(text(root.at("Application")), "Octopus Deploy");
    EXPECT_EQ(text(root.at("Version")), "2025.4.3000");
    EXPECT_EQ(text(root.at("ApiVersion")), "3.0.0");
    EXPECT_EQ(text(root.at("InstallationId")).size(), 36u);
    EXPECT_FALSE(root.at("IsEarlyAccessProgram").as_bool());
    EXPECT_FALSE(root.at("HasLongTermSupport").as_bool());
    EXPECT_EQ(text(root.at("Links").at("Self")), "/api");
    EXPECT_EQ(text(root.at("Links").at("Web")), "/app");
    EXPECT_TRUE(text(root.at("Links").at("Runbooks")).starts_with("/api/Spaces-1/runbooks{/id}{?"));
    for (auto path : {"/api/", "//api//"}) EXPECT_EQ(get_anonymously(path).body, get_anonymously("/api").body) << path;
}

TEST_F(Root, of_a_space_has_links_and_no_version) {
    auto root = server.json("/api/Spaces-1");
    EXPECT_EQ(names_in(root), std::set<std::string>{"Links"});
    EXPECT_EQ(text(root.at("Links").at("Self")), "/api/Spaces-1");
    EXPECT_FALSE(root.at("Links").as_object().contains("Tasks"));
    expect_not_found(server.get("/api/Spaces-99"));
    EXPECT_EQ(get_anonymously("/api/Spaces-1").status, 401);
}

TEST_F(Root, links_lead_to_answers_of_a_known_shape) {
    for (auto const& link : api::root_links()) {
        auto collection = link.target.find("{/id}") != std::string_view::npos;
        auto response = server.get(expand(link.target, ""));
        EXPECT_TRUE(response.status < 500) << link.name << ": " << response.body;
        if (response.content_type.starts_with("application/json"))
            EXPECT_NO_THROW(base::parse_json(response.body)) << link.name;
        if (response.status == 404) expect_not_found(response);
        if (!collection) continue;
        auto body = body_of(response);
        ASSERT_TRUE(body.is_object()) << link.name;
        for (auto member : {"Items", "ItemType", "TotalResults", "Links"})
            EXPECT_TRUE(body.as_object().contains(member)) << link.name << ": " << member;
        EXPECT_TRUE(server.json(expand(link.target, "/all")).is_array()) << link.name;
        expect_not_found(server.get(expand(link.target, "/Nothing-999")));
    }
}

TEST_F(Root, says_which_toggles_are_on) {
    auto toggles = [&](std::string const& query) {
        return server.json("/api/configuration/feature-toggles" + query).at("FeatureToggles");
    };
    EXPECT_EQ(toggles("").as_array().size(), 3u);
    EXPECT_EQ(toggles("?Name=").as_array().size(), 3u);
    auto one = toggles("?name=partial-updates-on-variables");
    ASSERT_EQ(one.as_array().size(), 1u);
    EXPECT_TRUE(one.at(0).at("IsEnabled").as_bool()) << "there is a route";
    EXPECT_FALSE(toggles("?name=indicate-missing-packages-for-release").at(0).at("IsEnabled").as_bool());
    EXPECT_TRUE(toggles("?Name=unheard-of").as_array().empty());
    EXPECT_EQ(text(body_of(get_anonymously("/api/capabilities")).at("Capabilities").at(0)), "GetAllSpacesRequest");
}

TEST_F(Root, has_a_front_page_and_a_probe) {
    for (auto path : {"/", "/app"}) {
        auto page = get_anonymously(path);
        EXPECT_EQ(page.status, 200);
        EXPECT_TRUE(page.content_type.starts_with("text/html"));
        EXPECT_NE(page.body.find("not affiliated with Octopus Deploy"), std::string::npos);
        EXPECT_TRUE(page.headers["Content-Security-Policy"].starts_with("default-src 'none'"));
    }
    EXPECT_EQ(get_anonymously("/healthz").status, 200);
    expect_not_found(get_anonymously("/.well-known/openid-configuration"));
}

TEST_F(Root, describes_how_to_sign_in) {
    for (auto path : {"/api/authentication", "/api/users/authentication"}) {
        auto ways = body_of(get_anonymously(path));
        EXPECT_EQ(text(ways.at("AuthenticationProviders").at(0).at("IdentityType")), "UsernamePassword");
        EXPECT_FALSE(ways.at("AutoLoginEnabled").as_bool());
    }
    EXPECT_TRUE(server.json("/api/users/authentication/Users-1").at("CanCurrentUserEditIdentitiesForUser").as_bool());
    expect_not_found(server.get("/api/users/authentication/Users-999"));
    EXPECT_EQ(get_anonymously("/api/users/authentication/Users-1").status, 401);
}

TEST_F(Root, knows_every_permission) {
    auto all = server.json("/api/permissions/all");
    EXPECT_EQ(all.as_object().size(), 140u);
    auto const& run = all.at("RunbookRunCreate");
    EXPECT_EQ(base::to_text(run.at("SupportedRestrictions")), R"(["projects","environments","tenants"])");
    EXPECT_TRUE(run.at("CanApplyAtSpaceLevel").as_bool());
    EXPECT_FALSE(run.at("CanApplyAtSystemLevel").as_bool());
    EXPECT_TRUE(all.at("TaskView").at("CanApplyAtSystemLevel").as_bool());
}

TEST_F(Root, tells_the_teams_of_a_user) {
    std::map<std::string, bool> direct;
    auto memberships = server.json("/api/teammembership?userId=Users-1");
    for (auto const& each : memberships.as_array())
        direct[text(each.at("TeamId"))] = each.at("IsDirectlyAssigned").as_bool();
    EXPECT_TRUE(direct.at("teams-administrators"));
    EXPECT_FALSE(direct.at("teams-everyone"));
    EXPECT_FALSE(direct.contains("teams-managers"));
    auto in_spaces = server.json("/api/teammembership?userId=Users-1&includeSystem=false");
    for (auto const& each : in_spaces.as_array()) EXPECT_FALSE(each.at("SpaceId").is_null());
    expect_refused(server.get("/api/teammembership"));
    expect_not_found(server.get("/api/teammembership?userId=Users-999"));
}

TEST_F(Root, reports_on_the_process) {
    auto info = server.json("/api/serverstatus/system-info");
    EXPECT_GE(info.at("ThreadCount").as_int64(), 3); // this thread, the writer and a worker
    EXPECT_GT(info.at("WorkingSetBytes").as_int64(), 1 << 20);
    for (auto name : {"Version", "OSVersion", "ClrVersion", "Uptime"})
        EXPECT_FALSE(text(info.at(name)).empty()) << name;
    auto uptime = base::parse_span(text(info.at("Uptime")));
    ASSERT_TRUE(uptime);
    EXPECT_LT(*uptime, std::chrono::hours(1));
    EXPECT_FALSE(server.json("/api/serverstatus").at("Links").as_object().empty());
    EXPECT_TRUE(body_of(get_anonymously("/api/serverstatus/health")).at("IsOperatingNormally").as_bool());
    EXPECT_EQ(text(server.json("/api/serverstatus/timezones").at(0).at("Id")), "UTC");
    EXPECT_EQ(server.send("POST", "/api/serverstatus/gc-collect").status, 200);
}

TEST_F(Root, counts_documents) {
    auto before = server.json("/api/serverstatus/counts");
    create("/api/environments", R"({"Name":"Production"})");
    create_project("Web");
    auto after = server.json("/api/serverstatus/counts");
    EXPECT_EQ(after.at("Global").at("Spaces").as_int64(), 1);
    EXPECT_EQ(after.at("Infrastructure").at("Environments").as_int64(),
              before.at("Infrastructure").at("Environments").as_int64() + 1);
    EXPECT_EQ(after.at("Project").at("Projects").as_int64(), before.at("Project").at("Projects").as_int64() + 1);
}

TEST_F(Root, is_one_node) {
    auto nodes = server.json("/api/octopusservernodes");
    ASSERT_EQ(nodes.at("Items").as_array().size(), 1u);
    auto const& node = nodes.at("Items").at(0);
    auto self = text(node.at("Links").at("Self"));
    EXPECT_EQ(text(server.json(self).at("Id")), text(node.at("Id")));
    EXPECT_EQ(server.json(text(node.at("Links").at("Details"))).at("RunningTasks").as_int64(), 0);
    EXPECT_EQ(text(server.json("/api/octopusservernodes/summary").at("Nodes").at(0).at("Rank")), "Leader");
    EXPECT_EQ(get_anonymously("/api/octopusservernodes/ping").status, 200);
    EXPECT_EQ(server.json("/api/octopusservernodes?partialName=no-such-node").at("TotalResults").as_int64(), 0);
    EXPECT_TRUE(server.json("/api/octopusservernodes?skip=1").at("Items").as_array().empty());
    EXPECT_EQ(server.send("PUT", self, server.get(self).body).status, 200);
    expect_refused(server.send("PUT", self, R"({"MaxConcurrentTasks":99})"));
    expect_refused(server.send("DELETE", self));
    expect_not_found(server.send("DELETE", "/api/octopusservernodes/other"));
}

TEST_F(Root, refuses_settings_it_does_not_have) {
    for (std::string path :
         {"licenses/licenses-current", "featuresconfiguration", "maintenanceconfiguration", "serverconfiguration",
          "performanceconfiguration", "upgradeconfiguration", "letsencryptconfiguration", "smtpconfiguration",
          "dashboardconfiguration", "dynamic-extensions/features/values"}) {
        auto before = server.get("/api/" + path);
        auto const same = server.send("PUT", "/api/" + path, before.body);
        EXPECT_EQ(same.status, 200) << path;
        EXPECT_EQ(same.body, before.body);
        auto const changed = server.send("PUT", "/api/" + path, R"({"Id":"x"})");
        expect_refused(changed);
        EXPECT_NE(changed.body.find("Id: cannot be changed. "), std::string::npos) << changed.body;
        EXPECT_EQ(server.get("/api/" + path).body, before.body);
    }
    auto section = server.json("/api/configuration").at("Items").at(0);
    EXPECT_EQ(text(section.at("Id")), "authentication");
    for (auto link : {"Self", "Values", "Metadata"})
        EXPECT_EQ(server.get(text(section.at("Links").at(link))).status, 200) << link;
    EXPECT_EQ(server.send("PUT", "/api/configuration/authentication/values", "{}").status, 200);
    expect_refused(server.send("PUT", "/api/configuration/authentication/values", R"({"A":true})"));
    expect_refused(server.send("PUT", "/api/smtpconfiguration", R"({"SmtpPassword":{"NewValue":"x"}})"));
    expect_not_found(server.send("PUT", "/api/configuration/webportal/values", "{}"));
    EXPECT_TRUE(server.json("/api/licenses/licenses-current-status").at("IsCompliant").as_bool());
    expect_refused(server.get("/api/scheduler/stop"));
}

TEST_F(Root, has_a_default_of_what_is_kept) {
    auto runs = server.json("/api/Spaces-1/retentionpolicies?RetentionType=RunbookRetention");
    EXPECT_EQ(text(runs.at("Strategy")), "Count");
    EXPECT_EQ(runs.at("QuantityToKeep").as_int64(), 100);
    auto self = text(runs.at("Links").at("Self"));
    EXPECT_EQ(server.json(self), runs);
    EXPECT_EQ(server.changed(self, base::to_text(runs)), runs) << "sent back as it is";
    auto changed = server.changed(self, R"({"Id":"","Strategy":"Count","QuantityToKeep":7,"Unit":"Days"})");
    EXPECT_EQ(text(changed.at("RetentionType")), "RunbookRetention");
    EXPECT_EQ(changed.at("QuantityToKeep").as_int64(), 7);
    EXPECT_EQ(server.json(self), changed);
    EXPECT_EQ(server.json("/api/retentionpolicies?RetentionType=RunbookRetention"), changed);
    EXPECT_EQ(server.json("/api/events?regarding=Spaces-1&eventCategories=Modified").at("TotalResults").as_int64(), 2);
    EXPECT_EQ(text(server.json("/api/retentionpolicies?RetentionType=LifecycleRelease").at("Strategy")), "Forever");
    expect_refused(server.send("PUT", self, R"({"Strategy":"Count","QuantityToKeep":0})"));
    expect_refused(server.send("PUT", self, R"({"Strategy":"Default"})"));
    expect_not_found(server.get("/api/retentionpolicies?RetentionType=Unheard"));
}

TEST_F(Root, draws_a_dashboard_strict_clients_accept) {
    auto production = create("/api/environments", R"({"Name":"Production"})"),
         test = create("/api/environments", R"({"Name":"Test"})");
    auto web = create_project("Web");
    create_project("Shop");
    auto board = server.json("/api/Spaces-1/dashboard/dynamic?includePrevious=true");
    EXPECT_EQ(names_in(board), (std::set<std::string>{"Id", "Projects", "ProjectGroups", "Environments", "Tenants",
                                                      "Items", "ProjectLimit", "IsFiltered", "Links"}));
    EXPECT_FALSE(board.at("IsFiltered").as_bool());
    ASSERT_EQ(board.at("Projects").as_array().size(), 2u);
    EXPECT_EQ(names_in(board.at("Projects").at(0)),
              (std::set<std::string>{"Id", "Name", "Slug", "ProjectGroupId", "EnvironmentIds", "TenantedDeploymentMode",
                                     "CanPerformUntenantedDeployment", "IsDisabled", "Links"}));
    EXPECT_EQ(board.at("Projects").at(0).at("EnvironmentIds").as_array().size(), 2u);
    auto narrow = server.json("/api/dashboard/dynamic?projects=" + web + "&environments=" + test);
    EXPECT_TRUE(narrow.at("IsFiltered").as_bool());
    ASSERT_EQ(narrow.at("Projects").as_array().size(), 1u);
    EXPECT_EQ(text(narrow.at("Projects").at(0).at("Id")), web);
    EXPECT_EQ(base::to_text(narrow.at("ProjectGroups").at(0).at("EnvironmentIds")), "[\"" + test + "\"]");
    EXPECT_TRUE(server.json("/api/dashboard/dynamic?projects=Projects-999").at("Projects").as_array().empty());
}

TEST_F(Root, shows_where_releases_could_go) {
    auto production = create("/api/environments", R"({"Name":"Production"})");
    auto project = create_project("Web");
    auto progression = server.json("/api/projects/" + project + "/progression?releaseHistoryCount=1");
    EXPECT_EQ(text(progression.at("Environments").at(0).at("Id")), production);
    EXPECT_TRUE(progression.at("Releases").as_array().empty());
    ASSERT_EQ(progression.at("LifecycleEnvironments").as_object().size(), 1u);
    EXPECT_EQ(progression.at("LifecycleEnvironments").as_object().begin()->value().as_array().size(), 1u);
    EXPECT_EQ(server.json("/api/progression/" + project), progression);
    expect_not_found(server.get("/api/progression/Projects-999"));
}

TEST_F(Root, says_what_is_not_there_yet) {
    for (auto const& [method, path] : {std::pair{"POST", "/api/machines"},
                                       {"PUT", "/api/Spaces-1/tenants/Tenants-1"},
                                       {"DELETE", "/api/subscriptions/Subscriptions-1"},
                                       {"POST", "/api/releases/create/v1"},
                                       {"GET", "/api/machines/discover"},
                                       {"POST", "/api/Spaces-1/feeds"},
                                       {"DELETE", "/api/teams/teams-everyone"},
                                       {"PUT", "/api/projects/Projects-1/logo"},
                                       {"GET", "/api/artifacts/Artifacts-1/content"},
                                       {"GET", "/api/projects/Projects-1/main/runbooks"}}) {
        auto response = server.send(method, path, "{}");
        expect_not_found(response);
        EXPECT_NE(response.body.find("are not supported yet"), std::string::npos) << path;
    }
    for (auto const& path : {"/api/environments", "/api/machines"})
        EXPECT_EQ(server.send("PATCH", path, "{}").status, 405) << path << ": no client sends it";
    auto production = create("/api/environments", R"({"Name":"Production"})");
    EXPECT_EQ(text(server.json("/api/environments/" + production + "/machines").at("ItemType")), "DeploymentTarget");
    expect_not_found(server.get("/api/environments/Environments-999/machines"));
    EXPECT_EQ(server.json("/api/teams/teams-everyone/scopeduserroles").at("TotalResults").as_int64(), 0);
}

TEST_F(Root, names_the_permission_that_is_missing) {
    auto user = create("/api/users", R"({"Username":"robot","DisplayName":"Robot","IsService":true})");
    auto key = text(server.created("/api/users/" + user + "/apikeys", R"({"Purpose":"test"})").at("ApiKey"));
    for (auto const& [path, permission] : {std::pair{"/api/machines", "MachineView"},
                                           {"/api/serverstatus/system-info", "AdministerSystem"},
                                           {"/api/octopusservernodes", "ConfigureServer"},
                                           {"/api/users/authentication/Users-1", "UserView"}}) {
        auto response = server.send("GET", path, {}, with_key(key));
        EXPECT_EQ(response.status, 403) << path;
        EXPECT_NE(response.body.find(permission), std::string::npos) << path << ": " << response.body;
    }
    EXPECT_EQ(server.send("GET", "/api/users/authentication/" + user, {}, with_key(key)).status, 200);
    EXPECT_EQ(get_anonymously("/api/machines").status, 401);
}

// The same errors from the request parser, the routes and the body reader.
TEST_F(Root, refuses_everything_in_one_envelope) {
    auto expect_envelope = [](int status, int expected, std::string const& text, std::string const& what) {
        EXPECT_EQ(status, expected) << what << ": " << text;
        auto body = base::parse_json(text);
        EXPECT_FALSE(body.at("ErrorMessage").as_string().empty()) << what;
        auto errors = base::find_member(body, "Errors");
        ASSERT_EQ(errors != nullptr, status == 400) << what << ": " << text;
        if (status == 404) return;
        if (errors) EXPECT_FALSE(errors->as_array().empty()) << what;
        if (errors)
            for (auto const& error : errors->as_array()) EXPECT_NE(error, body.at("ErrorMessage")) << what;
        for (auto member : {"Details", "HelpText", "HelpLink", "ParsedHelpLinks", "FullException"})
            EXPECT_TRUE(body.as_object().contains(member)) << what;
    };
    std::string const post = "POST /api/environments HTTP/1.1\r\nHost: a\r\n";
    struct Sent {
        int status;
        std::string bytes;
    };
    for (auto const& [status, bytes] : std::vector<Sent>{
             {400, "NONSENSE\r\n\r\n"},
             {400, "GET / HTTP/1.1\r\n\r\n"},
             {400, post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n\r\n"},
             {400, post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"},
             {413, post + "Content-Length: 999999999\r\n\r\n"},
             {417, post + "Expect: miracles\r\nContent-Length: 1\r\n\r\n"},
             {431, post + "X: " + std::string(40'000, 'x') + "\r\n\r\n"},
             {501, post + "Transfer-Encoding: gzip\r\n\r\n"},
             {505, "GET / HTTP/3.7\r\nHost: a\r\n\r\n"},
         }) {
        auto answered = net::RawClient(server.port()).ask(bytes);
        expect_envelope(answered.status, status, answered.body, bytes.substr(0, 80));
    }
    auto expect_answer = [&](net::Response const& response, int status, std::string const& what) {
        expect_envelope(response.status, status, response.body, what);
    };
    expect_answer(server.post("/api/environments", "{\"Name\":"), 400, "broken JSON");
    expect_answer(server.post("/api/environments", std::string(200, '[')), 400, "deep JSON");
    expect_answer(server.post("/api/environments", "[]"), 400, "no object");
    expect_answer(server.post("/api/environments", "{}"), 400, "nothing of what is required");
    expect_answer(server.get("/api/%zz"), 400, "address");
    for (auto id : {"%ff", "%00", "a%C0%80"})
        expect_answer(server.get(std::string("/api/environments/") + id), 404, "bytes of no id");
    expect_answer(get_anonymously("/api/environments"), 401, "no credentials");
    expect_answer(server.get("/api/environments/Environments-99"), 404, "no such document");
    expect_answer(server.get("/api/nothing"), 404, "no such route");
    expect_answer(server.del("/api"), 405, "method");
    auto id = create("/api/environments", R"({"Name":"Test"})");
    auto stale = TestServer::as_admin();
    stale.add("If-Match", "\"7\"");
    expect_answer(server.send("PUT", "/api/environments/" + id, R"({"Name":"Test"})", stale), 409, "stale");
    expect_answer(server.get("/api/live"), 426, "no WebSocket");
}

} // namespace stepwell::contract
