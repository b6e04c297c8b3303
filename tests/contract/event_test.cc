// The audit log as clients read it.
#include "contract/workshop.h"

#include "base/clock.h"
#include "base/id.h"

#include <set>

namespace stepwell::contract {

namespace {

struct Audit : Workshop {
    std::int64_t total(std::string const& query) { return at(get("events" + query), "/TotalResults").as_int64(); }
    std::vector<std::string> messages(std::string const& query) {
        std::vector<std::string> found;
        auto page = get("events" + query);
        for (auto const& event : page.at("Items").as_array()) found.push_back(text_at(event, "/Message"));
        return found;
    }
};

} // namespace

TEST_F(Audit, tells_who_did_what_to_what) {
    auto id = environment("Test");
    auto event = get("events?take=1").at("Items").at(0);
    EXPECT_EQ(text_at(event, "/Category"), "Created");
    EXPECT_EQ(text_at(event, "/Message"), "Environment Test was created");
    EXPECT_EQ(text_at(event, "/MessageHtml"), "Environment <a href='#/" + id + "'>Test</a> was created");
    EXPECT_EQ(at(event, "/MessageReferences"),
              parsed(R"([{"ReferencedDocumentId":")" + id + R"(","StartIndex":12,"Length":4}])"));
    EXPECT_EQ(at(event, "/RelatedDocumentIds"), parsed("[\"" + id + "\"]"));
    EXPECT_EQ(text_at(event, "/UserId"), "Users-1");
    EXPECT_EQ(text_at(event, "/Username"), "admin");
    EXPECT_EQ(text_at(event, "/IdentityEstablishedWith"), "API Key API-TEST");
    EXPECT_EQ(text_at(event, "/IpAddress"), "127.0.0.1");
    EXPECT_EQ(text_at(event, "/SpaceId"), "Spaces-1");
    EXPECT_TRUE(base::parse_time(text_at(event, "/Occurred")));
    auto self = text_at(event, "/Links/Self");
    EXPECT_EQ(server.json(self), event);
    EXPECT_EQ(self, "/api/events/" + text_at(event, "/Id"));
}

TEST_F(Audit, says_that_a_sensitive_value_was_replaced) {
    auto account =
        server.created(space + "accounts", R"({"Name":"Mail","AccountType":"UsernamePassword","Password":"canary1"})");
    auto const path = "accounts/" + text_at(account, "/Id");
    put(path, account);
    EXPECT_EQ(messages("?take=1").front(), "Account Mail was modified") << "the value is kept";
    account.as_object()["Password"] = "canary2";
    put(path, account);
    EXPECT_EQ(messages("?take=1").front(), "Account Mail was modified, with a new sensitive value of Password");
    auto shop = project("Shop");
    set_variables(shop, R"({"Id":"v1","Name":"Key","IsSensitive":true,"Value":"canary3"})");
    EXPECT_NE(messages("?take=1").front().find("with a new sensitive value of Variables['Key']"), std::string::npos);
    EXPECT_EQ(server.get(space + "events?take=100").body.find("canary"), std::string::npos);
}

TEST_F(Audit, says_what_a_deletion_took_along) {
    auto shop = project("Shop");
    auto book = runbook(shop, "Restart");
    runbook(shop, "Stop");
    set_steps(book, step("Go", "true"));
    snapshot(book, "One", true);
    EXPECT_EQ(server.del(space + "projects/" + shop).status, 200);
    auto const found = messages("?eventCategories=Deleted");
    auto const of_project =
        std::ranges::find_if(found, [](auto const& each) { return each.starts_with("Project Shop"); });
    ASSERT_NE(of_project, found.end());
    EXPECT_TRUE(of_project->starts_with("Project Shop was deleted, with ")) << *of_project;
    for (auto part : {"2 runbooks", "2 runbook processes", "1 runbook snapshot", "1 variable set"})
        EXPECT_NE(of_project->find(part), std::string::npos) << *of_project;
}

TEST_F(Audit, shows_what_a_change_changed) {
    auto id = environment("Test");
    auto changed = get("environments/" + id).as_object();
    changed["Description"] = "new";
    changed["SortOrder"] = 7;
    put("environments/" + id, changed);
    auto event = get("events?take=1").at("Items").at(0);
    EXPECT_EQ(
        at(event, "/ChangeDetails/Differences"),
        parsed(
            R"([{"op":"replace","path":"/Description","value":"new"},{"op":"replace","path":"/SortOrder","value":7}])"));
    auto without = get("events?take=1&excludeDifference=true").at("Items").at(0);
    EXPECT_TRUE(at(without, "/ChangeDetails/Differences").as_array().empty());
    EXPECT_EQ(text_at(without, "/Message"), text_at(event, "/Message"));
}

TEST_F(Audit, keeps_what_was_created_and_with_which_inputs_it_ran) {
    auto const id = environment("Test");
    auto const created = get("events?take=1").at("Items").at(0);
    EXPECT_EQ(text_at(created, "/ChangeDetails/DocumentContext/Name"), "Test");
    auto const owner = project("Shop"), book = runbook(owner, "Clean");
    set_variables(owner, R"({"Name":"Why","Prompt":{"Required":true}},)"
                         R"({"Name":"Pin","Type":"Sensitive","IsSensitive":true,"Prompt":{"Required":true}})");
    set_steps(book, step("Go", "true"));
    snapshot(book, "One", true);
    server.created(space + "runbook-runs/create/v1",
                   R"({"projectName":"Shop","runbookName":"Clean","environmentNames":["Test"],)"
                   R"("variables":{"Why":"because","Pin":"canary-4711"}})");
    auto const queued = get("events?eventCategories=RunbookRunQueued").at("Items").at(0);
    auto const run = at(queued, "/ChangeDetails/DocumentContext");
    EXPECT_NE(base::to_text(at(run, "/FormValues")).find("because"), std::string::npos) << base::to_text(run);
    EXPECT_EQ(base::to_text(queued).find("canary"), std::string::npos);
    EXPECT_EQ(text_at(run, "/ContentDigest").size(), 64u);
    auto const short_one = get("events?take=1&excludeDifference=true&regarding=" + id).at("Items").at(0);
    EXPECT_TRUE(at(short_one, "/ChangeDetails/DocumentContext").is_null());
}

TEST_F(Audit, names_what_a_deletion_takes_along) {
    auto const owner = project("Shop");
    runbook(owner, "Clean");
    auto const preview = get("projects/" + owner + "/deletion");
    EXPECT_NE(text_at(preview, "/AlsoDeleted").find("1 runbook, "), std::string::npos) << base::to_text(preview);
    server.del(space + "projects/" + owner);
    auto const page = get("events?eventCategories=Deleted&regarding=" + owner);
    EXPECT_NE(base::to_text(page).find("Project Shop was deleted, with " + text_at(preview, "/AlsoDeleted")),
              std::string::npos);
    auto const test = environment("Test");
    EXPECT_EQ(get("environments/" + test + "/deletion"), parsed(R"({"AlsoDeleted":"","Obstacle":""})"));
    auto const refused = get("spaces/Spaces-1/deletion");
    EXPECT_EQ(text_at(refused, "/Obstacle"), "The default space cannot be deleted.");
}

TEST_F(Audit, never_shows_a_secret) {
    auto id = create("proxies", R"({"Name":"p","Host":"h","Password":{"HasValue":true,"NewValue":"canary-1"}})");
    auto changed = get("proxies/" + id).as_object();
    changed["Password"] = parsed(R"({"HasValue":true,"NewValue":"canary-2"})");
    EXPECT_EQ(base::to_text(put("proxies/" + id, changed)).find("canary"), std::string::npos);
    EXPECT_EQ(
        server.put(space + "proxies/" + id, R"({"Name":"p","Password":{"NewValue":["canary-3"]}})").body.find("canary"),
        std::string::npos);
    for (auto path : {"events/all", "events?asCsv=true", "proxies/all"})
        EXPECT_EQ(server.get(space + path).body.find("canary"), std::string::npos) << path;
}

TEST_F(Audit, is_newest_first_and_filtered) {
    auto a = environment("A"), b = environment("B");
    server.del(space + "environments/" + a);
    EXPECT_EQ(messages("?take=3"), (std::vector<std::string>{"Environment A was deleted", "Environment B was created",
                                                             "Environment A was created"}));
    EXPECT_EQ(messages("?regarding=" + base::to_lower(a)),
              (std::vector<std::string>{"Environment A was deleted", "Environment A was created"}));
    EXPECT_EQ(total("?regardingAny=" + a + "," + b), 3);
    EXPECT_EQ(total("?environments=" + b), 1);
    EXPECT_EQ(messages("?eventCategories=deleted"), (std::vector<std::string>{"Environment A was deleted"}));
    EXPECT_EQ(total("?documentTypes=Environments"), 3);
    EXPECT_EQ(total("?documentTypes=Environments&eventCategories=Created"), 2);
    EXPECT_EQ(total("?users=Users-99"), 0);
    EXPECT_EQ(total("?user=users-1&documentTypes=Environments"), 3);
    EXPECT_EQ(total("?from=2999-01-01"), 0);
    EXPECT_EQ(total("?to=2001-01-01T00:00:00Z"), 0);
    auto newest = base::number_of(text_at(get("events?take=1"), "/Items/0/Id"));
    EXPECT_EQ(total("?fromAutoId=" + std::to_string(newest)), 1);
    EXPECT_EQ(total("?ids=Events-" + std::to_string(newest)), 1);
    for (auto wrong : {"?from=yesterday", "?fromAutoId=x", "?includeSystem=maybe"})
        EXPECT_EQ(status(std::string("events") + wrong), 400) << wrong;
}

TEST_F(Audit, keeps_spaces_and_the_server_apart) {
    auto second = text_at(
        server.created("/api/spaces", R"({"Name":"Second","SpaceManagersTeams":["teams-administrators"]})"), "/Id");
    server.created("/api/" + second + "/environments", R"({"Name":"There"})");
    server.created("/api/users", R"({"Username":"ann","DisplayName":"Ann","Password":"long enough"})");
    auto categories_of = [&](std::string const& path) {
        std::set<std::string> found;
        auto page = server.json(path + (path.find('?') == std::string::npos ? "?" : "&") + "take=1000");
        for (auto const& event : page.at("Items").as_array())
            found.insert(at(event, "/SpaceId").is_null() ? "none" : text_at(event, "/SpaceId"));
        return found;
    };
    using Spaces = std::set<std::string>;
    EXPECT_EQ(categories_of("/api/Spaces-1/events"), (Spaces{"Spaces-1"}));
    EXPECT_EQ(categories_of("/api/events"), (Spaces{"Spaces-1", "none"}));
    EXPECT_EQ(categories_of("/api/events?spaces=" + second + "&includeSystem=false"), (Spaces{second}));
    EXPECT_EQ(categories_of("/api/events?spaces=all"), (Spaces{"Spaces-1", second, "none"}));
    EXPECT_EQ(categories_of("/api/events?spaces=all&includeSystem=false"), (Spaces{"Spaces-1", second}));
}

TEST_F(Audit, is_read_by_pages) {
    for (int i = 0; i < 5; ++i) environment("E" + std::to_string(i));
    std::vector<std::string> walked;
    std::string next = space + "events?documentTypes=Environments&take=2";
    while (!next.empty()) {
        auto page = server.json(next);
        for (auto const& event : page.at("Items").as_array()) walked.push_back(text_at(event, "/Message"));
        auto link = page.at("Links").as_object().if_contains("Page.Next");
        next = link ? std::string(link->as_string()) : "";
    }
    EXPECT_EQ(walked.size(), 5u);
    EXPECT_EQ(walked.front(), "Environment E4 was created");
    EXPECT_EQ(server.json(space + "events/all?documentTypes=Environments").as_array().size(), 5u);
}

TEST_F(Audit, goes_into_a_spreadsheet_without_formulas) {
    environment("=HYPERLINK(\\\"http://evil\\\")");
    environment("with \\\"quotes\\\", commas");
    auto response = server.get(space + "events?asCsv=true&documentTypes=Environments");
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.content_type.starts_with("text/csv"));
    EXPECT_NE(response.headers["Content-Disposition"].find("attachment"), std::string_view::npos);
    EXPECT_TRUE(response.body.starts_with("Id,Occurred,Category,Username,IdentityEstablishedWith,Message\r\n"));
    EXPECT_NE(response.body.find(R"("Environment with ""quotes"", commas was created")"), std::string::npos)
        << response.body;
    EXPECT_EQ(response.body.find(",="), std::string::npos);
}

TEST_F(Audit, has_no_event_under_another_name) {
    environment("A");
    for (auto id : {"Events-999999", "Environments-1", "Events-", "Events-x", "1", "Foo-1", "Events-0", "Events--1"})
        EXPECT_EQ(status("events/" + std::string(id)), 404) << id;
    EXPECT_EQ(status("events/eVENTS-1"), 200);
    for (auto method : {"POST", "PUT", "DELETE"})
        EXPECT_EQ(server.send(method, "/api/events/Events-1", "{}").status, 405) << method;
}

TEST_F(Audit, names_its_words) {
    for (auto list : {"categories", "agents", "groups", "documenttypes"})
        EXPECT_FALSE(get("events/" + std::string(list)).as_array().empty()) << list;
    std::set<std::string> known;
    auto categories = get("events/categories");
    for (auto const& category : categories.as_array()) known.insert(text_at(category, "/Id"));
    auto all = server.json("/api/events/all?spaces=all&includeSystem=true");
    for (auto const& event : all.as_array()) EXPECT_TRUE(known.contains(text_at(event, "/Category"))) << event;
}

} // namespace stepwell::contract
