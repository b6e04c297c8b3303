// Expects that every link in every response leads to a route, or to a message that the feature is not supported yet.
#include "contract/link_routes.h"
#include "contract/workshop.h"

namespace stepwell::contract {

namespace {

struct LinksInAnswers : Workshop {
    std::set<std::string> told; // the pages that contain the links

    void check_link(std::string const& of, std::string_view name, std::string target) {
        if (target == "/api/Spaces-1" || target.starts_with("/api/Spaces-1/")) target.replace(5, 8, "$S");
        for (bool with_optional : {false, true}) {
            auto const segments = segments_of(expand(target, with_optional));
            EXPECT_TRUE(routes().knows(segments) || !api::missing_feature(segments).empty())
                << of << " " << name << ": " << target;
        }
    }
    void check_all(std::string const& of, Json const& json) {
        if (auto list = json.if_array())
            for (auto const& each : *list) check_all(of, each);
        auto object = json.if_object();
        if (!object) return;
        for (auto const& [name, value] : *object)
            if (name == "Links" && value.is_object()) {
                told.insert(of);
                for (auto const& [link, target] : value.as_object())
                    if (target.is_string() && link != "SpaceHome")
                        check_link(of, link, std::string(target.as_string()));
            } else {
                check_all(of, value);
            }
    }
    void check_answer(std::string const& path) {
        auto const response = server.get(path);
        if (response.status == 200 && response.content_type.starts_with("application/json"))
            check_all(path, parsed(response.body));
    }
};

} // namespace

TEST_F(LinksInAnswers, lead_to_routes) {
    auto const dev = environment("Dev"), shop = project("Shop"), book = runbook(shop, "Restart");
    set_steps(book, step("Go", "true"));
    auto const frozen = text_at(snapshot(book, "One", true), "/Id");
    create("accounts", R"({"Name":"Mail","AccountType":"UsernamePassword"})");
    create("libraryvariablesets", R"({"Name":"Set"})");
    create("proxies", R"({"Name":"Out","Host":"a"})");
    auto const run =
        at(server.created(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})"), "/0");
    for (auto const& route : routes().all())
        if (route->method == "GET" && route->cost != api::Cost::health && !route->path.starts_with("~") &&
            route->path.find('{') == std::string::npos && route->path.find("stream") == std::string::npos &&
            route->path != "live" && route->path != "openapi.json")
            check_answer(space + route->path);
    for (auto const& below :
         {"projects/" + shop, "runbooks/" + book, "runbookSnapshots/" + frozen, "environments/" + dev})
        for (auto const& route : routes().all()) {
            auto const segments = base::split(route->path, '/');
            if (route->method == "GET" && segments.size() == 3 && segments[1].starts_with("{") &&
                !segments[2].starts_with("{") && below.starts_with(std::string(segments[0]) + "/"))
                check_answer(space + below + "/" + std::string(segments[2]));
        }
    auto const task = text_at(run, "/TaskId");
    check_all("run", run);
    for (auto const& path : {"tasks/" + task, "tasks/" + task + "/details", "runbookRuns/" + text_at(run, "/Id")})
        check_answer(space + path);
    EXPECT_GT(told.size(), 20u);
}

} // namespace stepwell::contract
