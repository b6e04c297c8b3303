// Callers with limited rights, against each row of the table of routes. Documents that they may not see do not exist
// for them. If an action is forbidden, the error names the permission. Lists show only their part.
#include "contract/link_routes.h"
#include "contract/workshop.h"
#include "net/running.h"

namespace stepwell::contract {

namespace {

using api::On;
using api::Route;
using domain::Area;
using domain::Grant;
using domain::Permission;
using domain::Rights;
using domain::Subject;
using tests::text_of;
using Ids = std::map<std::string, std::string, std::less<>>; // by noun, and "Task"

constexpr auto space_id = "Spaces-1";

std::string_view name_of(Permission permission) { return domain::facts_of(permission).name; }

// One server for all tests: one part of the space that the caller may see, and one named "Secret" that they may not
// see.
struct World {
    tests::TestServer server;
    std::string user, key;
    Ids seen, hidden, missing;

    World() {
        user = id_of("/api/users", R"({"Username":"robot","DisplayName":"Robot","IsService":true})");
        key = text_of(server.created("/api/users/" + user + "/apikeys", "{}"), "ApiKey");
        for (auto noun : domain::all_nouns()) missing[std::string(noun->name)] = std::string(noun->prefix) + "-9999";
        missing["Task"] = "ServerTasks-9999";
        add_part(seen, "Open");
        add_part(hidden, "Secret");
        for (auto noun : {"Lifecycle", "WorkerPool", "MachinePolicy", "Feed", "LibraryVariableSet", "Account", "Proxy"})
            seen[noun] = some(noun);
        seen["Team"] = "teams-spacemanagers-Spaces-1";
        seen["Certificate"] = text_of(
            server.created(in_space("certificates/generate"), R"({"Name":"Own","SubjectCommonName":"own"})"), "Id");
        seen["Space"] = space_id;
    }

    static std::string in_space(std::string const& route) { return std::string("/api/") + space_id + "/" + route; }
    std::string id_of(std::string const& path, std::string const& body) {
        return text_of(server.created(path, body), "Id");
    }
    std::string create(std::string const& route, std::string const& body) { return id_of(in_space(route), body); }

    void add_part(Ids& ids, std::string const& name) {
        auto named = [&](std::string const& more = {}) { return R"({"Name":")" + name + "\"" + more + "}"; };
        ids["Environment"] = create("environments", named());
        ids["ProjectGroup"] = create("projectgroups", named());
        ids["Project"] = create(
            "projects", named(R"(,"LifecycleId":"Lifecycles-1","ProjectGroupId":")" + ids["ProjectGroup"] + "\""));
        ids["Runbook"] = create("runbooks", named(R"(,"ProjectId":")" + ids["Project"] + "\""));
        ids["RunbookProcess"] = "RunbookProcess-" + ids["Runbook"];
        ids["DeploymentProcess"] = "deploymentprocess-" + ids["Project"];
        ids["VariableSet"] = "variableset-" + ids["Project"];
        ids["Channel"] =
            text_of(server.json(in_space("projects/" + ids["Project"] + "/channels")).at("Items").at(0), "Id");
        auto process = server.json(in_space("runbookProcesses/" + ids["RunbookProcess"]));
        process.as_object()["Steps"] =
            base::parse_json(R"([{"Name":"Go","Actions":[{"Name":"Go","ActionType":"Octopus.Script","Properties":{)"
                             R"("Octopus.Action.RunOnServer":"true","Octopus.Action.Script.Syntax":"Bash",)"
                             R"("Octopus.Action.Script.ScriptBody":"true"}}]}])");
        server.changed(in_space("runbookProcesses/" + ids["RunbookProcess"]), base::to_text(process));
        ids["RunbookSnapshot"] =
            create("runbookSnapshots?publish=true", named(R"(,"RunbookId":")" + ids["Runbook"] + "\""));
        auto run = server.created(in_space("runbookRuns"), R"({"RunbookId":")" + ids["Runbook"] +
                                                               R"(","EnvironmentId":")" + ids["Environment"] + "\"}");
        ids["RunbookRun"] = text_of(run, "Id");
        ids["Task"] = text_of(run, "TaskId");
        for (int i = 0; i < 1000 && !server.json("/api/tasks/" + ids["Task"]).at("IsCompleted").as_bool(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    // Returns the id of any existing document, or of a new one.
    std::string some(std::string_view name) {
        for (auto noun : domain::all_nouns()) {
            if (noun->name != name) continue;
            auto all = server.json(in_space(std::string(noun->route) + "/all"));
            if (!all.as_array().empty()) return text_of(all.at(0), "Id");
            return create(std::string(noun->route),
                          R"({"Name":"Some","AccountType":"UsernamePassword","ProxyType":"HTTP","Host":"proxy"})");
        }
        return {};
    }

    Area part_of(Ids const& ids) const {
        return {.project_groups = {ids.at("ProjectGroup")},
                .projects = {ids.at("Project")},
                .environments = {ids.at("Environment")}};
    }
    // Returns the same area without the axes on which the document has no placement.
    Area part_for(Route const& route) const {
        if (route.on == On::task) return part_of(seen);
        return route.named.noun ? part_for(*route.named.noun) : Area{};
    }
    Area part_for(domain::Noun const& noun) const {
        auto area = part_of(seen);
        auto is_placed = [&](auto axis) {
            return std::ranges::any_of(noun.placements, [&](auto const& each) { return each.axis == axis; });
        };
        if (!is_placed(&Subject::environment_id)) area.environments.clear();
        if (!is_placed(&Subject::project_id)) area.projects.clear();
        if (!is_placed(&Subject::project_id) && !is_placed(&Subject::project_group_id)) area.project_groups.clear();
        return area;
    }
    void give(std::vector<Permission> permissions, Area area = {}) {
        server.give_rights(user, Rights({Grant{std::move(permissions), space_id, std::move(area)}}));
    }
    net::Response send(std::string_view method, std::string const& path, std::string body = {}) {
        net::Headers headers;
        headers.add("X-Octopus-ApiKey", key);
        return server.send(std::string(method), path, std::move(body), headers);
    }
};
std::unique_ptr<World> world;

std::string key_of(std::string_view segment, Route const& route, std::string_view before) {
    if (route.on == On::task) return "Task";
    if (segment == "{project}") return "Project";
    if (segment == "{environment}") return "Environment";
    if (segment == "{name}") return "RunbookSnapshot";
    if (segment == '{' + route.named.parameter + '}') return std::string(route.named.noun->name);
    auto noun = domain::find_noun_of_route(before);
    return noun ? std::string(noun->name) : std::string();
}

// Returns the path of a row in one part; empty if that part has no such document.
std::string address_in(Route const& route, Ids const& ids) {
    std::string path = std::string("/api/") + space_id;
    std::string_view before;
    for (auto segment : base::split(route.path, '/')) {
        auto word = std::string(segment);
        if (segment.starts_with('{')) {
            auto const found = ids.find(key_of(segment, route, before));
            bool const is_subject = route.on == On::task || segment == '{' + route.named.parameter + '}';
            if (found == ids.end() && is_subject) return {};
            word = found == ids.end() ? "Nothing-1" : found->second;
        }
        path += '/' + word;
        before = segment;
    }
    return path;
}

// A body of the wrong kind is rejected after the permission to send one was checked.
std::string harmless_body(Route const& route) {
    if (route.method == "GET") return {};
    return route.body_is_list ? "{}" : "[]";
}

bool is_about_document(Route const& route) {
    bool const is_user = route.named.noun && route.named.noun->name == "User"; // session_test.cc
    return (route.on == On::document || route.on == On::part || route.on == On::task) && !is_user;
}

Permission view_of(Route const& route) {
    return route.on == On::task ? Permission::task_view : route.named.noun->access.view;
}

Subject subject_in(Route const& route, Ids const& ids) {
    Subject subject{space_id};
    if (route.on == On::task)
        return {space_id, ids.at("ProjectGroup"), ids.at("Project"), ids.at("Environment"), {}, ids.at("Runbook")};
    for (auto const& [axis, member] : route.named.noun->placements) {
        if (axis == &Subject::project_id) subject.project_id = ids.at("Project");
        if (axis == &Subject::environment_id) subject.environment_id = ids.at("Environment");
        if (axis == &Subject::runbook_id) subject.runbook_id = ids.at("Runbook");
        if (axis == &Subject::project_group_id) subject.project_group_id = ids.at("ProjectGroup");
    }
    if (!subject.project_id.empty()) subject.project_group_id = ids.at("ProjectGroup");
    return subject;
}

std::string without_ids(std::string text, Ids const& ids) {
    for (auto const& [noun, id] : ids) text = base::replace_all(std::move(text), "'" + id + "'", "'…'");
    return text;
}

std::vector<Permission> every_permission_of_spaces() {
    std::vector<Permission> permissions;
    for (auto const& facts : domain::all_permissions())
        if (facts.level != domain::Level::system) permissions.push_back(*domain::find_permission(facts.name));
    return permissions;
}

struct RightsOfCallers : testing::Test {
    static void SetUpTestSuite() { world = std::make_unique<World>(); }
    static void TearDownTestSuite() { world.reset(); }

    template <class Visit> static void each_row(Visit visit) {
        for (auto const& route : routes().all()) visit(*route);
    }
    static void expect_missing(Route const& route, Ids const& ids) {
        auto const where = route.method + " " + address_in(route, ids);
        auto const response = world->send(route.method, address_in(route, ids), harmless_body(route));
        auto const absent = world->send(route.method, address_in(route, world->missing), harmless_body(route));
        EXPECT_EQ(response.status, 404) << where << ": " << response.body;
        EXPECT_EQ(absent.status, 404) << where << ": " << absent.body;
        EXPECT_EQ(without_ids(response.body, ids), without_ids(absent.body, world->missing)) << where;
    }
    static void expect_forbidden(net::Response const& response, Permission permission, std::string const& where) {
        EXPECT_EQ(response.status, 403) << where << ": " << response.body;
        EXPECT_NE(response.body.find("Missing permission: " + std::string(name_of(permission)) + "\""),
                  std::string::npos)
            << where << ": " << response.body;
    }
};

} // namespace

TEST_F(RightsOfCallers, hide_documents_of_other_parts_as_if_they_were_not_there) {
    auto const part = world->part_of(world->seen);
    int rows = 0;
    world->give(every_permission_of_spaces(), part);
    Rights const rights({Grant{every_permission_of_spaces(), space_id, part}});
    each_row([&](Route const& route) {
        if (!is_about_document(route) || address_in(route, world->hidden).empty()) return;
        auto const subject = subject_in(route, world->hidden);
        if (rights.allows(view_of(route), subject) || rights.allows_within(route.permission, subject)) return;
        expect_missing(route, world->hidden);
        ++rows;
    });
    EXPECT_GT(rows, 80);
}

TEST_F(RightsOfCallers, hide_documents_of_kinds_that_they_may_not_see) {
    int rows = 0;
    world->give({Permission::proxy_create}); // anything else
    each_row([&](Route const& route) {
        if (!is_about_document(route) || address_in(route, world->seen).empty()) return;
        if (route.named.noun && route.named.noun->name == "Space") return; // visible to all users with a right in it
        expect_missing(route, world->seen);
        ++rows;
    });
    EXPECT_GT(rows, 120);
}

TEST_F(RightsOfCallers, name_the_permission_to_do_more_than_to_see) {
    int rows = 0;
    each_row([&](Route const& route) {
        if (!is_about_document(route) || address_in(route, world->seen).empty()) return;
        if (route.permission == view_of(route)) return;
        world->give({view_of(route)}, route.on == On::task ? world->part_of(world->seen) : Area{});
        auto const address = address_in(route, world->seen);
        expect_forbidden(world->send(route.method, address, harmless_body(route)), route.permission,
                         route.method + " " + address);
        ++rows;
    });
    EXPECT_GT(rows, 50);
}

TEST_F(RightsOfCallers, are_enough_on_the_part_they_are_granted_for) {
    int rows = 0;
    each_row([&](Route const& route) {
        auto const address = is_about_document(route) ? address_in(route, world->seen) : std::string();
        bool const is_elsewhere = route.path == "projects/{id}/logo" || route.path == "accounts/{id}/pk" ||
                                  route.path.ends_with("{tenant}") || route.path == "spaces/{id}/logo";
        if (address.empty() || is_elsewhere) return;
        if (domain::facts_of(route.permission).level == domain::Level::system) return;
        world->server.give_rights(
            world->user, Rights({Grant{{route.permission}, space_id, world->part_for(route)},
                                 Grant{{Permission::environment_view}, space_id, world->part_of(world->seen)}}));
        auto const response = world->send(route.method, address, harmless_body(route));
        auto const where = route.method + " " + address + ": " + response.body;
        EXPECT_EQ(response.status, route.method == "GET" ? 200 : 400) << where;
        ++rows;
    });
    EXPECT_GT(rows, 120);
}

TEST_F(RightsOfCallers, of_another_kind_are_none_for_a_list_or_the_server) {
    int rows = 0;
    world->give({Permission::proxy_create}); // anything else
    each_row([&](Route const& route) {
        bool const is_open = route.on == On::nothing || is_about_document(route);
        bool const is_own = route.path == "spaces" || route.path == "spaces/all";
        if (is_open || is_own || route.permission == Permission::proxy_create) return;
        auto const address = address_in(route, world->missing);
        if (address.empty() || (route.named.noun && route.named.noun->name == "User")) return;
        expect_forbidden(world->send(route.method, address, harmless_body(route)), route.permission,
                         route.method + " " + address);
        ++rows;
    });
    EXPECT_GT(rows, 100);
}

TEST_F(RightsOfCallers, show_only_their_part_in_whatever_is_read) {
    int rows = 0;
    std::vector<Permission> views;
    for (auto permission : every_permission_of_spaces())
        if (name_of(permission).ends_with("View")) views.push_back(permission);
    world->give(views, world->part_of(world->seen));
    each_row([&](Route const& route) {
        bool const is_whole = route.on == On::server || route.on == On::nothing || route.path == "live";
        if (route.method != "GET" || is_whole) return;
        auto const address = address_in(route, world->seen);
        auto const response = world->send("GET", address);
        if (response.status != 200) return;
        EXPECT_EQ(response.body.find("Secret"), std::string::npos) << address << ": " << response.body;
        for (auto const& [noun, id] : world->hidden)
            EXPECT_EQ(response.body.find('"' + id + '"'), std::string::npos) << address << " " << id;
        ++rows;
    });
    EXPECT_GT(rows, 80);
}

TEST_F(RightsOfCallers, count_and_list_only_their_part) {
    for (bool const by_group : {false, true})
        for (auto const& [name, id] : world->seen) {
            auto const hidden = world->hidden.find(name);
            if (hidden == world->hidden.end()) continue;
            auto const noun = std::ranges::find(domain::all_nouns(), std::string_view(name), &domain::Noun::name);
            bool const is_task = name == "Task";
            auto area = is_task ? world->part_of(world->seen) : world->part_for(**noun);
            if (by_group) area.projects.clear();
            world->give({is_task ? Permission::task_view : (*noun)->access.view, Permission::library_variable_set_view},
                        area);
            auto const route = is_task ? std::string("tasks") : std::string((*noun)->route);
            auto listed = [&](std::string const& query) {
                return base::parse_json(world->send("GET", World::in_space(route + query)).body);
            };
            EXPECT_EQ(listed("").at("TotalResults").as_int64(), 1) << name;
            EXPECT_EQ(text_at(listed(""), "/Items/0/Id"), id);
            EXPECT_EQ(listed("?take=0").at("TotalResults").as_int64(), 1) << name;
            EXPECT_EQ(listed("/all").as_array().size(), 1u) << name;
            EXPECT_EQ(listed("?ids=" + hidden->second).at("TotalResults").as_int64(), 0) << name;
            EXPECT_EQ(listed("?ids=" + hidden->second + "," + id).at("TotalResults").as_int64(), 1) << name;
        }
}

TEST_F(RightsOfCallers, let_new_documents_be_made_in_their_part_alone) {
    auto const part = world->part_of(world->seen);
    for (auto const& [route, permission, member, noun] :
         {std::tuple{"runbooks", Permission::runbook_edit, "ProjectId", "Project"},
          {"channels", Permission::process_edit, "ProjectId", "Project"},
          {"runbookSnapshots", Permission::runbook_snapshot_create, "RunbookId", "Runbook"},
          {"projects", Permission::project_create, "ProjectGroupId", "ProjectGroup"}}) {
        auto body = [&](Ids const& ids, std::string const& name) {
            return std::string("{\"Name\":\"") + name + "\",\"LifecycleId\":\"Lifecycles-1\",\"" + member + "\":\"" +
                   ids.at(noun) + "\"}";
        };
        auto post = [&](Ids const& ids, std::string const& name) {
            return world->send("POST", World::in_space(route), body(ids, name));
        };
        world->give({permission, Permission::project_view, Permission::runbook_view, Permission::project_group_view},
                    part);
        EXPECT_EQ(post(world->seen, std::string("New of ") + route).status, 201) << route;
        auto const hidden = post(world->hidden, "New"), missing = post(world->missing, "New");
        EXPECT_EQ(hidden.status, 400) << route << hidden.body;
        EXPECT_EQ(without_ids(hidden.body, world->hidden), without_ids(missing.body, world->missing)) << route;
        world->give({Permission::project_view, Permission::runbook_view, Permission::project_group_view});
        expect_forbidden(post(world->seen, "New"), permission, route);
    }
    world->give({Permission::environment_create}, part);
    expect_forbidden(world->send("POST", World::in_space("environments"), R"({"Name":"New"})"),
                     Permission::environment_create, "a new environment is in none of theirs");
}

TEST_F(RightsOfCallers, decide_where_a_runbook_may_be_run) {
    auto ask = [&](Ids const& ids, std::string const& environment) {
        return world->send("POST", World::in_space("runbookRuns"),
                           R"({"RunbookId":")" + ids.at("Runbook") + R"(","EnvironmentId":")" + environment + "\"}");
    };
    auto const& seen = world->seen;
    auto const& hidden = world->hidden;
    auto const run = Permission::runbook_run_create;
    world->give({run, Permission::runbook_view, Permission::environment_view}, world->part_of(seen));
    EXPECT_EQ(ask(seen, seen.at("Environment")).status, 201);
    auto const elsewhere = ask(seen, hidden.at("Environment")), nowhere = ask(seen, "Environments-9999");
    EXPECT_EQ(elsewhere.status, 400) << elsewhere.body;
    EXPECT_EQ(without_ids(elsewhere.body, hidden), without_ids(nowhere.body, world->missing));
    EXPECT_EQ(ask(hidden, seen.at("Environment")).status, 404);
    world->server.give_rights(world->user,
                              Rights({Grant{{run}, space_id, world->part_of(seen)},
                                      Grant{{Permission::environment_view, Permission::runbook_view}, space_id, {}}}));
    expect_forbidden(ask(seen, hidden.at("Environment")), run, "an environment they see");
    expect_forbidden(ask(hidden, seen.at("Environment")), run, "a runbook they see");
    auto const path = "/api/tasks/rerun/";
    world->give({Permission::task_view, Permission::task_create}, world->part_of(seen));
    expect_forbidden(world->send("POST", path + seen.at("Task")), run, "again");
    world->give({Permission::task_view, Permission::task_create, run}, world->part_of(seen));
    EXPECT_EQ(world->send("POST", path + seen.at("Task")).status, 201);
}

TEST_F(RightsOfCallers, in_one_space_show_nothing_of_a_private_one) {
    auto const other = world->id_of("/api/spaces", R"({"Name":"Hidden","IsPrivate":true,)"
                                                   R"("SpaceManagersTeams":["teams-administrators"]})");
    world->give({Permission::environment_view});
    for (std::string route : {"", "/environments", "/environments/Environments-1", "/retentionpolicies"}) {
        auto const hidden = world->send("GET", "/api/" + other + route);
        EXPECT_EQ(hidden.status, 404) << route;
        EXPECT_EQ(base::replace_all(hidden.body, other, "Spaces-999"),
                  world->send("GET", "/api/Spaces-999" + route).body);
    }
    auto spaces = base::parse_json(world->send("GET", "/api/spaces").body);
    EXPECT_EQ(spaces.at("TotalResults").as_int64(), 1) << spaces;
    EXPECT_EQ(world->send("GET", "/api/spaces/" + other).status, 404);
    EXPECT_EQ(world->send("GET", std::string("/api/spaces/") + space_id).status, 200);
    EXPECT_EQ(base::parse_json(world->send("GET", "/api/users/me/spaces").body).as_array().size(), 1u);
    world->server.give_rights(world->user, Rights({Grant{{Permission::environment_view}, other, {}}}));
    EXPECT_EQ(world->send("GET", "/api/" + other + "/environments").status, 200);
}

TEST_F(RightsOfCallers, are_told_with_their_restrictions) {
    world->give({Permission::runbook_view, Permission::runbook_run_create}, world->part_of(world->seen));
    auto mine = base::parse_json(world->send("GET", "/api/users/me/permissions").body);
    EXPECT_TRUE(mine.at("SystemPermissions").as_array().empty());
    EXPECT_EQ(mine.at("SpacePermissions").as_object().size(), 2u);
    EXPECT_EQ(text_at(mine, "/SpacePermissions/RunbookRunCreate/0/RestrictedToEnvironmentIds/0"),
              world->seen["Environment"]);
    EXPECT_EQ(text_at(mine, "/SpacePermissions/RunbookView/0/RestrictedToProjectIds/0"), world->seen["Project"]);
    EXPECT_TRUE(at(mine, "/SpacePermissions/RunbookView/0/RestrictedToEnvironmentIds").as_array().empty());
}

TEST_F(RightsOfCallers, decide_what_a_live_view_may_follow) {
    world->give({Permission::task_view}, world->part_of(world->seen));
    net::RawClient tab(world->server.port());
    tab.send("GET /api/live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Octopus-ApiKey: " +
             world->key + "\r\n\r\n");
    ASSERT_TRUE(tab.read_until("\r\n\r\n"));
    auto subscribe = [&](std::string const& task, char const* expected) {
        auto const message = R"({"Subscribe":")" + task + R"("})";
        tab.send(std::string{char(0x81), char(0x80 | message.size()), 0, 0, 0, 0} + message); // masked with zeros
        EXPECT_TRUE(tab.read_until(expected)) << tab.buffer();
    };
    subscribe(world->hidden["Task"], "was not found");
    EXPECT_EQ(tab.buffer().find("Secret"), std::string::npos) << tab.buffer();
    subscribe(world->seen["Task"], "\"End\":true");
    EXPECT_EQ(tab.buffer().find("Secret"), std::string::npos) << tab.buffer();
}

TEST_F(RightsOfCallers, export_a_private_key_only_with_the_permission) {
    auto const path = World::in_space("certificates/" + world->seen["Certificate"] + "/export?includePrivateKey=true");
    world->give({Permission::certificate_view});
    expect_forbidden(world->send("GET", path), Permission::certificate_export_private_key, path);
    world->give({Permission::certificate_view, Permission::certificate_export_private_key});
    EXPECT_EQ(world->send("GET", path).status, 200);
}

// By name, by slug, and as a document of another kind than that of the route.
TEST_F(RightsOfCallers, do_not_depend_on_how_a_document_is_named) {
    auto const views = std::vector{Permission::runbook_view, Permission::project_view, Permission::variable_view,
                                   Permission::library_variable_set_view};
    world->give(views, {.projects = {world->seen["Project"]}});
    auto status = [&](std::string const& route) { return world->send("GET", World::in_space(route)).status; };
    EXPECT_EQ(status("projects/open"), 200);
    EXPECT_EQ(status("PROJECTS/OPEN/runbooks/OPEN"), 200);
    EXPECT_EQ(status("projects/secret"), 404);
    EXPECT_EQ(status("projects/secret/runbooks/secret"), 404);
    EXPECT_EQ(status("projects/secret/runbooks"), 404);
    EXPECT_EQ(status("projects/open/runbookSnapshots/Open"), 200);
    EXPECT_EQ(status("projects/secret/runbookSnapshots/Secret"), 404);
    for (auto const& [ids, expected] : {std::pair{&world->seen, 200}, {&world->hidden, 404}}) {
        auto snapshot = world->server.json(World::in_space("runbookSnapshots/" + ids->at("RunbookSnapshot")));
        EXPECT_EQ(status("runbookProcesses/" + text_of(snapshot, "FrozenRunbookProcessId")), expected);
        EXPECT_EQ(status("variables/" + text_of(snapshot, "ProjectVariableSetSnapshotId")), expected);
        EXPECT_EQ(status("variables/explain?project=" + ids->at("Project")), expected == 404 ? 400 : 200);
        EXPECT_EQ(status("variables/names?runbook=" + ids->at("Runbook")), expected);
    }
}

} // namespace stepwell::contract
