// Rules for every resource that can be created with a POST, tested from its description alone.
#include "net/running.h"
#include "support/certificates.h"
#include "support/test_server.h"

#include "api/application.h"
#include "base/text.h"
#include "domain/nouns.h"

#include <atomic>
#include <set>

namespace stepwell::contract {

namespace {

using base::Json;
using domain::Noun;
using schema::Field;
using tests::TestServer;
using tests::text_of;

api::Routes const& routes() {
    static auto const made = [] {
        auto filled = std::make_unique<api::Routes>();
        api::add_all_routes(*filled);
        return filled;
    }();
    return *made;
}

api::Route const* find_route(std::string_view method, std::string_view path) {
    for (auto const& route : routes().all())
        if (route->method == method && route->path == path) return route.get();
    return nullptr;
}

// Runs are created by running runbooks and never changed: runs_of_runbooks_test.cc.
bool can_be_created(Noun const& noun) {
    auto post = find_route("POST", noun.route);
    return post && post->body && post->answer == noun.type && noun.name != "RunbookRun";
}
bool can_be_replaced(Noun const& noun) { return find_route("PUT", std::string(noun.route) + "/{id}") != nullptr; }
bool can_be_deleted(Noun const& noun) { return find_route("DELETE", std::string(noun.route) + "/{id}") != nullptr; }

std::vector<Noun const*> nouns() {
    std::vector<Noun const*> found;
    for (auto noun : domain::all_nouns())
        if (can_be_created(*noun)) found.push_back(noun);
    return found;
}

Noun const* noun_named(std::string_view name) {
    for (auto noun : domain::all_nouns())
        if (noun->name == name) return noun;
    return nullptr;
}

std::string name_member(Noun const& noun) { return noun.type->find("Name") ? "Name" : "Username"; }

std::string member(std::string_view name, std::string_view text) {
    std::string json;
    base::append_quoted(json, name);
    base::append_quoted(json += ':', text);
    return json;
}

std::string in_capitals(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    return text;
}

// Returns JSON that is never a value of this member; nullopt if the member takes any JSON.
std::optional<std::string> wrong_value(Field const& field) {
    if (field.flags.has(schema::computed)) return std::nullopt;
    std::string document;
    base::JsonWriter to(document);
    field.codec->document(to);
    auto described = base::parse_json(document);
    if (auto one = described.as_object().if_contains("allOf")) described = one->as_array().at(0);
    auto type = base::find_member(described, "type");
    if (!type) return described.as_object().contains("$ref") ? std::optional<std::string>("[1]") : std::nullopt;
    if (type->as_string() == "string") return "[1]";
    if (type->as_string() == "array" || type->as_string() == "object") return "\"x\"";
    return "\"x\"";
}

struct Shared {
    TestServer server;
    std::atomic<int> made = 0;
    std::string second_space;
    std::map<std::string, std::string> known; // an existing document for each noun
};
std::unique_ptr<Shared> shared;

class Crud : public testing::TestWithParam<Noun const*> {
protected:
    static void SetUpTestSuite() {
        shared = std::make_unique<Shared>();
        auto space =
            shared->server.created("/api/spaces", R"({"Name":"Second","SpaceManagersTeams":["teams-administrators"]})");
        shared->second_space = text_of(space, "Id");
    }
    static void TearDownTestSuite() { shared.reset(); }

    Noun const& noun = *GetParam();
    TestServer& server = shared->server;
    std::string const in_space = noun.scope == domain::Scope::space ? "/api/Spaces-1/" : "/api/";
    std::string const collection = in_space + std::string(noun.route);

    static std::string new_name() { return "Thing " + std::to_string(++shared->made); }

    // Returns the id of a document that a member can refer to; nullopt if the member is not such a reference.
    std::optional<std::string> referred(Field const& field) {
        if (!field.name.ends_with("Id")) return std::nullopt;
        auto other = noun_named(field.name.substr(0, field.name.size() - 2));
        return other && other != &noun ? std::optional(some(*other)) : std::nullopt;
    }
    std::string some(Noun const& other) {
        auto& id = shared->known[std::string(other.name)];
        if (!id.empty()) return id;
        auto space = other.scope == domain::Scope::space ? "/api/Spaces-1/" : "/api/";
        return id = text_of(server.created(space + std::string(other.route), minimal(other, new_name())), "Id");
    }
    // Returns the required members, including those that the rules of a noun require beyond its description.
    std::string minimal(Noun const& of, std::string const& name, std::string const& more = {}) {
        std::string body = "{" + member(name_member(of), name);
        for (auto const& field : of.type->fields) {
            if (!field.flags.has(schema::required) || field.name == name_member(of)) continue;
            body += "," + member(field.name, referred(field).value_or("some"));
        }
        if (of.name == "Account") body += R"(,"AccountType":"UsernamePassword")";
        if (of.name == "User") body += R"(,"Password":"long enough")";
        if (of.name == "Space") body += R"(,"SpaceManagersTeams":["teams-administrators"])";
        if (of.name == "Certificate") body += "," + member("CertificateData", tests::leaf_der);
        return body + (more.empty() ? "" : "," + more) + "}";
    }
    Json create(std::string const& more = {}) { return server.created(collection, minimal(noun, new_name(), more)); }
    static std::string path_of(Json const& document) { return text_of(document.at("Links"), "Self"); }
    std::string name_of(Json const& document) { return text_of(document, name_member(noun)); }

    static void expect_not_found(net::Response const& response, std::string const& what) {
        EXPECT_EQ(response.status, 404) << what << ": " << response.body;
        auto body = base::parse_json(response.body);
        EXPECT_EQ(body.as_object().size(), 1u) << what;
        EXPECT_FALSE(text_of(body, "ErrorMessage").empty()) << what;
    }
    static std::set<std::string> errors_in(net::Response const& response) {
        EXPECT_EQ(response.status, 400) << response.body;
        std::set<std::string> errors;
        auto body = base::parse_json(response.body);
        EXPECT_FALSE(text_of(body, "ErrorMessage").empty());
        for (auto const& error : body.at("Errors").as_array()) errors.emplace(error.as_string());
        return errors;
    }
    static bool names(std::set<std::string> const& errors, std::string_view path) {
        return std::ranges::any_of(errors,
                                   [&](auto const& error) { return error.starts_with(std::string(path) + ":"); });
    }
    std::vector<std::string> ids_in(Json const& items) {
        std::vector<std::string> ids;
        for (auto const& item : items.as_array()) ids.push_back(text_of(item, "Id"));
        return ids;
    }
    net::Response replace(Json const& document, std::string const& body, std::string const& header = {},
                          std::string const& value = {}) {
        auto headers = TestServer::as_admin();
        if (!header.empty()) headers.add(header, value);
        return server.send("PUT", path_of(document), body, headers);
    }
    void delete_it(Json const& document) {
        if (noun.name == "Space") {
            auto stopped = document.as_object();
            stopped["TaskQueueStopped"] = true;
            EXPECT_EQ(replace(document, base::to_text(stopped)).status, 200);
        }
        auto response = server.del(path_of(document));
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_FALSE(response.body.empty());
    }
};

std::string title(testing::TestParamInfo<Noun const*> const& info) { return std::string(info.param->name); }

} // namespace

INSTANTIATE_TEST_SUITE_P(every, Crud, testing::ValuesIn(nouns()), title);

TEST_P(Crud, creates_what_reading_then_gives) {
    auto response = server.post(collection, minimal(noun, new_name()));
    ASSERT_EQ(response.status, 201) << response.body;
    auto document = base::parse_json(response.body);
    auto read = server.get(path_of(document));
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(read.body, response.body);
    EXPECT_EQ(read.headers["ETag"], response.headers["ETag"]);
    EXPECT_EQ(response.headers["Location"], path_of(document));
    EXPECT_TRUE(response.content_type.starts_with("application/json"));
    EXPECT_TRUE(text_of(document, "Id").starts_with(noun.prefix));
    EXPECT_FALSE(document.as_object().contains("Errors"));
    for (auto const& field : noun.type->fields) EXPECT_TRUE(document.as_object().contains(field.name)) << field.name;
    for (auto const& [name, link] : document.at("Links").as_object()) {
        ASSERT_TRUE(link.is_string()) << name;
        EXPECT_EQ(link.as_string().find('$'), boost::json::string::npos) << name;
        EXPECT_EQ(link.as_string().find("//"), boost::json::string::npos) << name << " has an empty segment: " << link;
    }
}

TEST_P(Crud, ignores_what_it_does_not_know_and_the_case_of_names) {
    auto name = new_name();
    auto sent = base::parse_json(minimal(noun, name)).as_object();
    boost::json::object lowered;
    for (auto const& each : sent) lowered[base::to_lower(each.key())] = each.value();
    lowered["unknown"] = boost::json::object{{"a", {nullptr, 1}}};
    lowered["id"] = "Evil-1";
    lowered["spaceId"] = "Spaces-999";
    lowered["links"] = boost::json::object{{"Self", "/evil"}};
    auto document = server.created(collection, base::to_text(lowered));
    EXPECT_EQ(name_of(document), name);
    EXPECT_NE(text_of(document, "Id"), "Evil-1");
    if (noun.scope == domain::Scope::space) EXPECT_EQ(text_of(document, "SpaceId"), "Spaces-1");
    EXPECT_NE(path_of(document), "/evil");
    EXPECT_FALSE(document.as_object().contains("unknown"));
}

TEST_P(Crud, tells_every_missing_and_every_wrong_member) {
    auto missing = errors_in(server.post(collection, "{}"));
    for (auto const& field : noun.type->fields)
        if (field.flags.has(schema::required) && !field.flags.has(schema::computed))
            EXPECT_TRUE(names(missing, field.name)) << field.name;
    std::string body;
    std::vector<std::string_view> wrong;
    for (auto const& field : noun.type->fields)
        if (auto value = wrong_value(field)) {
            base::append_quoted(body += body.empty() ? "{" : ",", field.name);
            body += ":" + *value;
            wrong.push_back(field.name);
        }
    ASSERT_GT(wrong.size(), 1u);
    auto errors = errors_in(server.post(collection, body + "}"));
    for (auto name : wrong) EXPECT_TRUE(names(errors, name)) << name << " in " << body;
    if (!can_be_replaced(noun)) return;
    auto document = create();
    errors = errors_in(replace(document, body + "}"));
    for (auto name : wrong) EXPECT_TRUE(names(errors, name)) << name << " of a PUT";
    EXPECT_EQ(base::parse_json(server.get(path_of(document)).body), document);
}

TEST_P(Crud, refuses_bodies_that_are_no_object_or_no_json) {
    for (std::string body : {"[]", "1", "\"x\"", "null", "{", "{\"Name\":}", "\xFF", "<xml/>", "{\"Name\":1e999}"})
        EXPECT_FALSE(errors_in(server.post(collection, body)).empty()) << body;
    EXPECT_FALSE(errors_in(server.post(collection)).empty()) << "none";
    EXPECT_FALSE(errors_in(server.post(collection, std::string(100'000, '['))).empty());
}

TEST_P(Crud, has_unique_names_without_case) {
    if (!noun.type->find(name_member(noun))->flags.has(schema::unique)) GTEST_SKIP();
    auto document = create();
    auto again = base::parse_json(minimal(noun, in_capitals(name_of(document))));
    auto errors = errors_in(server.post(collection, base::to_text(again)));
    EXPECT_TRUE(names(errors, name_member(noun))) << *errors.begin();
}

TEST_P(Crud, lists_by_pages_and_filters) {
    std::vector<std::string> made;
    for (int i = 0; i < 3; ++i) made.push_back(text_of(create(), "Id"));
    auto page = server.json(collection + "?take=2147483647");
    auto all = ids_in(page.at("Items"));
    EXPECT_EQ(page.at("TotalResults").as_int64(), std::int64_t(all.size()));
    EXPECT_EQ(text_of(page, "ItemType"), noun.name);
    EXPECT_EQ(page.at("NumberOfPages").as_int64(), 1);
    EXPECT_EQ(page.at("LastPageNumber").as_int64(), 0);
    EXPECT_FALSE(page.at("IsStale").as_bool());
    EXPECT_FALSE(page.at("Links").as_object().contains("Page.Next"));
    for (auto const& id : made) EXPECT_NE(std::ranges::find(all, id), all.end()) << id;
    EXPECT_EQ(ids_in(server.json(collection + "/all")), all);
    for (auto const& item : page.at("Items").as_array())
        EXPECT_EQ(server.json(path_of(item)), item) << "as a single read gives it";

    std::vector<std::string> walked;
    std::string next = collection + "?take=2";
    for (int pages = 0; !next.empty() && pages < 200; ++pages) {
        auto one = server.json(next);
        EXPECT_LE(one.at("Items").as_array().size(), 2u);
        EXPECT_EQ(one.at("ItemsPerPage").as_int64(), 2);
        EXPECT_EQ(one.at("NumberOfPages").as_int64(), std::int64_t(all.size() + 1) / 2);
        EXPECT_EQ(one.at("Links").as_object().contains("Page.Previous"), pages > 0);
        for (auto const& id : ids_in(one.at("Items"))) walked.push_back(id);
        auto link = one.at("Links").as_object().if_contains("Page.Next");
        next = link ? std::string(link->as_string()) : "";
    }
    EXPECT_EQ(walked, all);
    EXPECT_EQ(ids_in(server.json(text_of(page.at("Links"), "Page.All")).at("Items")), all);
    EXPECT_TRUE(server.json(collection + "?skip=1000000").at("Items").as_array().empty());
    EXPECT_TRUE(server.json(collection + "?take=0").at("Items").as_array().empty());
    EXPECT_EQ(server.json(collection + "?skip=1&take=9223372036854775807").at("TotalResults"), page.at("TotalResults"));
    EXPECT_EQ(server.json(collection + "?skip=9223372036854775807").at("TotalResults"), page.at("TotalResults"));
    for (auto wrong : {"?take=-1", "?skip=x", "?take=1.5"})
        EXPECT_FALSE(errors_in(server.get(collection + wrong)).empty()) << wrong;
}

TEST_P(Crud, lists_what_was_asked_for_by_id_or_name) {
    auto one = create(), two = create();
    auto a = text_of(one, "Id"), b = base::to_lower(text_of(two, "Id"));
    auto total = [&](std::string const& query) {
        return server.json(collection + query).at("TotalResults").as_int64();
    };
    for (auto const& query : {"?ids=" + a + "&ids=" + b, "?ids=" + a + "," + b, "?ids=" + a + "%2C" + b,
                              "?IDS=" + a + ",," + b + ",Nothing-9,"})
        EXPECT_EQ(total(query), 2) << query;
    EXPECT_EQ(total("?ids=Nothing-9"), 0);
    EXPECT_GE(total("?ids="), 2) << "an empty one is none";
    EXPECT_EQ(server.json(collection + "/all?ids=" + a).as_array().size(), 1u);
    auto name = base::encode_percent(base::to_lower(name_of(one)));
    EXPECT_GE(total("?partialName=" + name), 1);
    EXPECT_EQ(total("?partialName=" + name + "&take=1"), total("?PARTIALNAME=" + name));
    EXPECT_EQ(total("?partialName=no%20such%25"), 0);
    EXPECT_GE(total("?partialName="), 2);
    EXPECT_GE(total("?unknown=x"), 2);
    auto links = server.json(collection + "?partialName=" + name + "&take=1").at("Links");
    EXPECT_NE(text_of(links, "Page.Current").find("partialName="), std::string::npos) << "pages keep the filter";
    EXPECT_EQ(server.get(collection + "?partialName=%zz").status, 400);
}

TEST_P(Crud, replaces_a_document_as_sent) {
    if (!can_be_replaced(noun)) GTEST_SKIP();
    auto const text = noun.type->find("Description") ? "Description" : noun.type->find("Notes") ? "Notes" : "";
    auto document = create(*text ? member(text, "told") : "");
    auto name = new_name();
    auto body = base::parse_json(minimal(noun, name, R"("Id":"Evil-1","Links":null)")).as_object();
    body.erase("Password");
    auto response = replace(document, base::to_text(body));
    ASSERT_EQ(response.status, 200) << response.body;
    auto changed = base::parse_json(response.body);
    EXPECT_EQ(server.get(path_of(document)).body, response.body);
    EXPECT_EQ(changed.at("Id"), document.at("Id"));
    EXPECT_EQ(name_of(changed), name);
    EXPECT_EQ(text_of(changed, "LastModifiedBy"), "admin");
    if (*text)
        EXPECT_TRUE(changed.at(text).is_null() || changed.at(text).as_string().empty()) << "missing means cleared";
    if (noun.type->find("Slug")) EXPECT_EQ(changed.at("Slug"), document.at("Slug")) << "missing means kept";
    // A response can be sent back and changes nothing.
    auto again = base::parse_json(replace(changed, response.body).body);
    auto before = changed;
    for (auto stamp : {"LastModifiedOn", "LastModifiedBy", "Version"}) {
        again.as_object().erase(stamp);
        before.as_object().erase(stamp);
    }
    EXPECT_EQ(again, before);
}

// Unset members as Terraform and the Go client send them.
TEST_P(Crud, takes_an_empty_text_for_not_given) {
    std::string more, ids;
    for (auto const& field : noun.type->fields) {
        if (field.flags.has(schema::computed) || field.flags.has(schema::required) || field.codec->is_flat) continue;
        std::string document;
        base::JsonWriter to(document);
        field.codec->document(to);
        auto described = base::parse_json(document);
        auto type = base::find_member(described, "type");
        auto kind = type ? std::string(type->as_string()) : "";
        if (kind == "string" || kind == "integer" || kind == "boolean") more += "," + member(field.name, "");
        if (kind == "array" && field.name.ends_with("Ids") && field.name != "TenantIds")
            ids += (ids.empty() ? "" : ",") + std::string(field.name);
    }
    auto plain = create(), blank = create(more.empty() ? "" : more.substr(1));
    for (auto const& [name, value] : plain.as_object()) {
        auto field = noun.type->find(name);
        bool const own = name == "Name" || name == "Username" || name == "Slug" || name == "SortOrder" ||
                         name == "SpaceManagersTeams"; // has a team of its own
        if (!field || field->flags.has(schema::computed) || own) continue;
        auto const& other = blank.at(name);
        bool const unset = value.is_null() && other.is_string() && other.as_string().empty();
        EXPECT_TRUE(unset || other == value) << name << ": " << other << " is not " << value;
    }
    for (auto const& list : base::split(ids, ','))
        if (!list.empty())
            EXPECT_TRUE(names(
                errors_in(server.post(collection, minimal(noun, new_name(), "\"" + std::string(list) + "\":[\"\"]"))),
                std::string(list) + "[0]"))
                << list;
}

TEST_P(Crud, has_no_slug_that_is_a_word_of_a_route) {
    if (!noun.type->find("Slug")) GTEST_SKIP();
    for (auto const& route : routes().all()) {
        auto segments = base::split(route->path, '/');
        if (segments.size() != 2 || segments[0] != noun.route || segments[1].front() == '{') continue;
        std::string const word(segments[1]);
        auto response = server.post(collection, minimal(noun, word));
        if (response.status == 201) {
            auto made = base::parse_json(response.body);
            EXPECT_EQ(server.json(collection + "/" + text_of(made, "Slug")), made) << word;
            EXPECT_TRUE(
                names(errors_in(server.post(collection, minimal(noun, new_name(), member("Slug", word)))), "Slug"))
                << word;
        } else {
            EXPECT_NE(response.body.find("Name: "), std::string::npos) << response.body;
        }
    }
}

TEST_P(Crud, refuses_a_slug_longer_than_any_name) {
    if (!can_be_replaced(noun) || !noun.type->find("Slug")) GTEST_SKIP();
    auto document = create();
    document.as_object()["Slug"] = std::string(221, 'x');
    auto response = replace(document, base::to_text(document));
    EXPECT_EQ(response.status, 400) << response.body;
    EXPECT_NE(response.body.find("Slug: is longer than 220 characters"), std::string::npos) << response.body;
    document.as_object()["Slug"] = std::string(220, 'x');
    EXPECT_EQ(replace(document, base::to_text(document)).status, 200);
}

TEST_P(Crud, refuses_changes_made_from_an_older_one) {
    if (!can_be_replaced(noun)) GTEST_SKIP();
    auto document = create();
    auto first = server.get(path_of(document));
    std::string tag(first.headers["ETag"]);
    ASSERT_FALSE(tag.empty());
    EXPECT_EQ(replace(document, first.body, "If-Match", tag).status, 200);
    auto stale = replace(document, first.body, "If-Match", tag);
    EXPECT_EQ(stale.status, 409) << stale.body;
    EXPECT_FALSE(text_of(base::parse_json(stale.body), "ErrorMessage").empty());
    EXPECT_EQ(replace(document, first.body, "If-Match", "\"nonsense\"").status, 409);
    auto now = server.get(path_of(document));
    EXPECT_NE(now.headers["ETag"], tag);
    EXPECT_EQ(replace(document, now.body, "If-Match", "W/" + std::string(now.headers["ETag"])).status, 200);
    auto version = noun.type->find("Version");
    if (version && !version->flags.has(schema::computed))
        EXPECT_EQ(replace(document, now.body).status, 409) << "the body says its version";
    auto unversioned = base::parse_json(now.body);
    base::erase_member(unversioned, "Version");
    EXPECT_EQ(replace(document, base::to_text(unversioned), "If-Match", "*").status, 200);
    EXPECT_EQ(replace(document, base::to_text(unversioned)).status, 200) << "without one the last wins";
}

TEST_P(Crud, answers_under_every_prefix_alike) {
    auto document = create();
    auto below = std::string(noun.route) + "/" + text_of(document, "Id");
    auto expected = server.get("/api/" + below).body;
    EXPECT_EQ(base::parse_json(expected), document);
    for (auto const& path : {"/api/Spaces-1/" + below, "/api/spaces/Spaces-1/" + below, "/api/spaces/default/" + below,
                             "/API/SPACES/Default/" + below, "/api/sPACES-1/" + base::to_lower(below),
                             "//api//Spaces-1///" + below, "/api/" + below + "/", "/api/" + below + "?x=y"}) {
        auto response = server.get(path);
        EXPECT_EQ(response.status, 200) << path;
        EXPECT_EQ(response.body, expected) << path;
    }
    if (noun.scope == domain::Scope::system) return;
    expect_not_found(server.get("/api/" + shared->second_space + "/" + below), "another space");
    expect_not_found(server.get("/api/spaces/second/" + below), "another space by slug");
    expect_not_found(server.get("/api/Spaces-999/" + below), "no space");
    expect_not_found(server.get("/api/spaces/none/" + below), "no space");
    expect_not_found(server.del("/api/" + shared->second_space + "/" + below), "delete from another space");
    expect_not_found(server.put("/api/" + shared->second_space + "/" + below, expected), "change from another space");
    EXPECT_EQ(server.get("/api/" + below).body, expected);
    for (auto const& id : ids_in(server.json("/api/" + shared->second_space + "/" + std::string(noun.route) + "/all")))
        EXPECT_NE(id, text_of(document, "Id"));
}

TEST_P(Crud, says_404_to_names_in_the_place_of_an_id) {
    create();
    auto body = minimal(noun, new_name());
    for (auto const& id :
         std::initializer_list<std::string>{"Nothing-999", std::string(noun.prefix) + "-999999", "No%20such%20thing",
                                            "a%2Fb", "%27%22%3B--", "-1", "0", "x.y", "%C3%A9", "..%2F..", "null"}) {
        expect_not_found(server.get(collection + "/" + id), id);
        if (can_be_replaced(noun)) expect_not_found(server.put(collection + "/" + id, body), "PUT " + id);
        if (can_be_deleted(noun)) expect_not_found(server.del(collection + "/" + id), "DELETE " + id);
    }
}

TEST_P(Crud, obeys_the_method_named_in_a_header) {
    if (!can_be_replaced(noun) || !can_be_deleted(noun) || noun.name == "Space") GTEST_SKIP();
    auto document = create();
    auto headers = TestServer::as_admin();
    headers.add("X-HTTP-Method-Override", "PUT");
    auto name = new_name();
    auto changed = document.as_object();
    changed[name_member(noun)] = name;
    auto response = server.send("POST", path_of(document), base::to_text(changed), headers);
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(name_of(server.json(path_of(document))), name);
    headers.set("X-HTTP-Method-Override", "delete");
    EXPECT_EQ(server.send("GET", path_of(document), {}, headers).status, 200) << "only a POST is overridden";
    EXPECT_EQ(server.get(path_of(document)).status, 200);
    EXPECT_EQ(server.send("POST", path_of(document), {}, headers).status, 200);
    expect_not_found(server.get(path_of(document)), "deleted");
}

TEST_P(Crud, reads_bodies_in_pieces_and_with_a_mark) {
    auto body = "\xEF\xBB\xBF" + minimal(noun, new_name());
    std::string request = "POST " + collection + " HTTP/1.1\r\nHost: a\r\nX-Octopus-ApiKey: " + TestServer::api_key +
                          "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < body.size(); at += 7) {
        auto piece = body.substr(at, 7);
        request += fmt::format("{:x};ignored=extension\r\n{}\r\n", piece.size(), piece);
    }
    net::RawClient client(server.port());
    auto answered = client.ask(request + "0\r\nTrailer: x\r\n\r\n");
    EXPECT_EQ(answered.status, 201) << answered.body;
    EXPECT_EQ(client.ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").status, 200)
        << "the connection is where it should be";
}

TEST_P(Crud, says_which_methods_it_has) {
    auto document = create();
    for (auto const& path : {collection, path_of(document)}) {
        auto response = server.send("PATCH", path, "{}");
        EXPECT_EQ(response.status, 405) << path;
        EXPECT_NE(response.headers["Allow"].find("GET"), std::string_view::npos) << path;
        EXPECT_FALSE(text_of(base::parse_json(response.body), "ErrorMessage").empty());
    }
    EXPECT_NE(server.send("PATCH", collection, "{}").headers["Allow"].find("POST"), std::string_view::npos);
    auto head = server.send("HEAD", path_of(document));
    EXPECT_EQ(head.status, 200);
    EXPECT_TRUE(head.body.empty());
}

TEST_P(Crud, deletes_for_good) {
    if (!can_be_deleted(noun)) GTEST_SKIP();
    auto document = create();
    delete_it(document);
    auto path = path_of(document);
    expect_not_found(server.get(path), "read");
    expect_not_found(server.del(path), "delete again");
    if (can_be_replaced(noun)) expect_not_found(server.put(path, base::to_text(document)), "change");
    EXPECT_EQ(server.json(collection + "?ids=" + text_of(document, "Id")).at("TotalResults").as_int64(), 0);
    auto next = server.created(collection, minimal(noun, name_of(document)));
    EXPECT_NE(text_of(next, "Id"), text_of(document, "Id")) << "its name is free again, its id is not";
}

TEST_P(Crud, tells_every_change_to_the_audit) {
    if (!can_be_replaced(noun) || !can_be_deleted(noun)) GTEST_SKIP();
    auto document = create();
    auto id = text_of(document, "Id");
    auto changed = document.as_object();
    auto name = new_name();
    changed[name_member(noun)] = name;
    ASSERT_EQ(replace(document, base::to_text(changed)).status, 200);
    EXPECT_FALSE(errors_in(replace(document, "{\"" + name_member(noun) + "\":[1]}")).empty()) << "refused, so not told";
    delete_it(server.json(path_of(document)));
    auto events = server.json("/api/events?spaces=all&includeSystem=true&regarding=" + id).at("Items");
    std::vector<std::string> told;
    for (auto const& event : events.as_array()) {
        told.push_back(text_of(event, "Category"));
        EXPECT_EQ(text_of(event, "Username"), "admin");
        EXPECT_EQ(text_of(event, "UserId"), "Users-1");
        EXPECT_TRUE(text_of(event, "IdentityEstablishedWith").starts_with("API Key API-"))
            << text_of(event, "IdentityEstablishedWith");
    }
    std::vector<std::string> expected{"Deleted", "Modified", "Created"};
    if (noun.name == "Space") expected.insert(expected.begin() + 1, "Modified"); // its queue was stopped before
    std::erase_if(told, [&, seen = std::set<std::string>()](auto const& category) mutable {
        return category == "Created" && !seen.insert(category).second;
    });
    if (noun.name != "Space")
        EXPECT_EQ(told, expected);
    else
        EXPECT_EQ(std::ranges::count(told, "Modified"), 2);
    bool found = false;
    for (auto const& event : events.as_array()) {
        if (text_of(event, "Category") != "Modified") continue;
        for (auto const& difference : event.at("ChangeDetails").at("Differences").as_array())
            found = found || (text_of(difference, "path") == "/" + name_member(noun) &&
                              difference.at("value").as_string() == name);
    }
    EXPECT_TRUE(found) << events;
}

TEST(Nouns, that_can_be_created_are_most_of_them) {
    std::set<std::string_view> names;
    for (auto noun : nouns()) names.insert(noun->name);
    for (auto expected : {"Environment", "Lifecycle", "ProjectGroup", "Project", "Channel", "Runbook",
                          "RunbookSnapshot", "WorkerPool", "MachinePolicy", "Proxy", "Account", "User", "Space"})
        EXPECT_TRUE(names.contains(expected)) << expected;
}

} // namespace stepwell::contract
