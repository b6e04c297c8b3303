// Sends JSON of every kind to every route that changes data, as the body and as each member of it.
#include "contract/workshop.h"

#include "api/application.h"
#include "api/route_files.h"

namespace stepwell::contract {

namespace {

std::string nested(std::size_t depth, std::string const& open, std::string const& inside, std::string const& close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += inside;
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
}

std::vector<std::string> const& kinds() {
    static std::vector<std::string> const all{
        "[]",   "[[]]", "[{}]",  "[1,\"a\",null]",         "\"text\"",
        "\"\"", "1",    "-1.5e9", "true",                  "null",
        "{}",   nested(60, "[", "", "]"), nested(60, "{\"a\":", "1", "}")};
    return all;
}

struct Bodies : Workshop {
    api::Routes routes;
    std::string const dev = environment("Dev"), shop = project("Shop"), book = runbook(shop, "Restart");

    Bodies() {
        api::add_all_routes(routes);
        set_steps(book, step("Go", "true"));
        snapshot(book, "One", true);
    }
    // Returns a path with ids of existing documents, where the test has some.
    std::string path_of(api::Route const& route) const {
        std::string path = "/api/Spaces-1";
        std::string_view before;
        for (auto segment : base::split(route.path, '/')) {
            path += '/';
            if (segment.empty() || segment.front() != '{')
                path += segment;
            else
                path += id_below(before);
            before = segment;
        }
        return path;
    }
    std::string id_below(std::string_view collection) const {
        if (collection == "environments") return dev;
        if (collection == "projects") return shop;
        return collection == "runbooks" ? book : "x";
    }
    std::vector<api::Route const*> changing() const {
        std::vector<api::Route const*> found;
        for (auto const& route : routes.all())
            if (route->method != "GET" && !route->path.starts_with("~")) found.push_back(route.get());
        return found;
    }
    void expect_no_failure(api::Route const& route, std::string const& body) {
        auto const response = server.send(route.method, path_of(route), body);
        EXPECT_LT(response.status, 500) << route.method << " " << route.path << " " << body << ": " << response.body;
    }
};

} // namespace

TEST_F(Bodies, of_another_kind_are_refused_by_every_route) {
    for (auto route : changing()) {
        for (auto const& body : kinds()) {
            if (body.starts_with(route->body_is_list ? '[' : '{')) continue;
            auto const response = server.send(route->method, path_of(*route), body);
            EXPECT_EQ(response.status, 400) << route->method << " " << route->path << " " << body;
            EXPECT_NE(response.body.find("The body must be a JSON "), std::string::npos) << route->path;
        }
        for (auto broken : {"[", "{", "{\"a\":}", "nul", "\xff"})
            EXPECT_EQ(server.send(route->method, path_of(*route), broken).status, 400) << route->path << " " << broken;
        for (auto const& deep : {nested(5000, "[", "", "]"), nested(5000, "{\"a\":", "1", "}")})
            EXPECT_EQ(server.send(route->method, path_of(*route), deep).status, 400) << route->path;
    }
    EXPECT_EQ(status("environments/" + dev), 200) << "nothing was deleted";
    EXPECT_EQ(status("runbooks/" + book), 200);
}

TEST_F(Bodies, with_members_of_any_kind_never_fail_the_server) {
    std::vector<std::string> const of_runs{
        "EnvironmentIds", "EnvironmentId",    "RunbookSnapshotNameOrId", "FormValues",    "SkipActions",   "TenantIds",
        "TenantTagNames", "QueueTime",        "QueueTimeExpiry",         "RunbookId",     "Comments",      "DebugMode",
        "ProjectName",    "RunbookName",      "EnvironmentNames",        "Variables",     "SkipStepNames", "RunAt",
        "SpaceIdOrName",  "SpecificMachines", "ExcludedMachineIds",      "SpecificMachineNames"};
    for (auto route : changing()) {
        if (route->method == "DELETE") continue;
        std::set<std::string> members;
        if (route->body)
            for (auto const& field : route->body->fields) members.insert(std::string(field.name));
        if (route->path.find("run") != std::string::npos) members.insert(of_runs.begin(), of_runs.end());
        for (auto const& member : members)
            for (auto kind : {"[]", "[{}]", "\"text\"", "1", "null", "{\"a\":1}"})
                expect_no_failure(*route, "{\"" + member + "\":" + kind + "}");
    }
}

TEST_F(Bodies, that_are_lists_of_anything_never_fail_the_server) {
    for (auto route : changing())
        if (route->body_is_list)
            for (auto const& kind : kinds())
                if (kind != "[]") expect_no_failure(*route, "[" + kind + "]");
}

TEST_F(Bodies, are_refused_with_the_path_of_what_is_wrong) {
    expect_refused(server.post(space + "runbooks/" + book + "/run", "[]"), 400, "The body must be a JSON object.");
    expect_refused(server.post(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":{"a":1}})"), 400,
                   "EnvironmentIds");
    expect_refused(server.post(space + "runbooks/" + book + "/run", R"({"FormValues":[1]})"), 400, "FormValues");
    expect_refused(server.put(space + "environments/sortorder", "{}"), 400, "The body must be a JSON list.");
}

} // namespace stepwell::contract
