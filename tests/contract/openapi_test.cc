#include "api/openapi_document.h"

#include "api/application.h"
#include "base/json.h"
#include "base/text.h"
#include "schema/openapi.h"
#include "support/golden.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <set>

namespace stepwell::contract {

namespace {

namespace json = boost::json;

json::value const& document() {
    static auto const parsed = [] {
        api::Routes routes;
        api::add_all_routes(routes);
        return base::parse_json(api::openapi_document(routes));
    }();
    return parsed;
}

void collect_references(json::value const& value, std::vector<std::string>& found) {
    if (auto object = value.if_object())
        for (auto const& [name, member] : *object) {
            if (name == "$ref")
                found.emplace_back(member.as_string());
            else
                collect_references(member, found);
        }
    if (auto array = value.if_array())
        for (auto const& item : *array) collect_references(item, found);
}

// Calls visit(path, method, operation) for each operation.
template <class Visit> void each_operation(Visit visit) {
    for (auto const& [address, here] : document().at("paths").as_object())
        for (auto const& [method, operation] : here.as_object())
            visit(std::string(address), std::string(method), operation);
}

std::string_view name_behind(std::string_view reference) { return reference.substr(reference.rfind('/') + 1); }

std::map<std::string_view, schema::Type const*> described_types() {
    api::Routes routes;
    api::add_all_routes(routes);
    std::map<std::string_view, schema::Type const*> types;
    for (auto const& route : routes.all())
        for (auto type : {route->body, route->answer})
            if (type) schema::collect(*type, types);
    return types;
}

// Searches the members of alternatives too.
schema::Field const* find_field(schema::Type const& type, std::string_view name) {
    if (auto field = type.find(name)) return field;
    for (auto const& field : type.fields) {
        if (!field.codec->is_flat) continue;
        for (auto alternative : field.codec->inner())
            if (auto inner = alternative->find(name)) return inner;
    }
    return nullptr;
}

} // namespace

TEST(OpenApi, is_the_golden_file) { tests::expect_golden("openapi.json", tests::to_lines(document()) + "\n"); }

TEST(OpenApi, has_every_reference_it_makes) {
    std::vector<std::string> references;
    collect_references(document(), references);
    EXPECT_GT(references.size(), 100u);
    for (auto const& reference : references) {
        ASSERT_TRUE(reference.starts_with("#/")) << reference;
        json::error_code missing;
        EXPECT_TRUE(document().find_pointer(reference.substr(1), missing)) << reference;
    }
}

TEST(OpenApi, describes_every_route) {
    api::Routes routes;
    api::add_all_routes(routes);
    std::size_t operations = 0;
    each_operation([&](auto const&, auto const&, auto const&) { ++operations; });
    EXPECT_EQ(operations, routes.all().size());
}

TEST(OpenApi, says_who_may_and_what_comes_back) {
    std::set<std::string> ids;
    each_operation([&](std::string const& address, std::string const& method, json::value const& operation) {
        auto where = method + " " + address;
        EXPECT_TRUE(ids.emplace(operation.at("operationId").as_string()).second) << where;
        EXPECT_FALSE(operation.at("summary").as_string().empty()) << where;
        auto permission = operation.at("x-permission").as_string();
        EXPECT_EQ(permission == "anyone", operation.as_object().contains("security")) << where;
        EXPECT_TRUE(operation.at("responses").as_object().contains("default")) << where;
        EXPECT_EQ(operation.at("responses").as_object().size(), 2u) << where;
    });
}

TEST(OpenApi, declares_the_parameters_of_each_path) {
    each_operation([&](std::string const& address, std::string const& method, json::value const& operation) {
        std::multiset<std::string> in_address, declared;
        for (auto segment : base::split(address, '/'))
            if (segment.starts_with('{')) in_address.emplace(segment.substr(1, segment.size() - 2));
        for (auto const& parameter : operation.at("parameters").as_array())
            if (!parameter.as_object().contains("$ref")) declared.emplace(parameter.at("name").as_string());
        EXPECT_EQ(in_address, declared) << method << " " << address;
    });
}

TEST(OpenApi, has_one_path_a_shape) {
    std::set<std::string> shapes;
    for (auto const& [address, here] : document().at("paths").as_object()) {
        std::string shape;
        for (auto segment : base::split(address, '/'))
            shape += segment.starts_with('{') ? "/{}" : "/" + base::to_lower(segment);
        EXPECT_TRUE(shapes.insert(shape).second) << std::string_view(address);
    }
}

TEST(OpenApi, tells_a_page_from_an_array_and_from_a_single_one) {
    auto schema = [](char const* address) -> json::value const& {
        return document()
            .at("paths")
            .at(address)
            .at("get")
            .at("responses")
            .at("200")
            .at("content")
            .at("application/json")
            .at("schema");
    };
    EXPECT_EQ(schema("/api/environments").at("allOf").at(0).at("$ref").as_string(), "#/components/schemas/Page");
    EXPECT_EQ(schema("/api/environments/all").at("type").as_string(), "array");
    EXPECT_EQ(schema("/api/environments/{id}").at("$ref").as_string(), "#/components/schemas/Environment");
    EXPECT_TRUE(document().at("paths").as_object().contains("/api/{spaceId}"));
    EXPECT_TRUE(document().at("paths").as_object().contains("/healthz"));
}

TEST(OpenApi, shows_bodies_that_are_accepted) {
    auto types = described_types();
    int bodies = 0;
    each_operation([&](std::string const& address, std::string const& method, json::value const& operation) {
        auto body = operation.as_object().if_contains("requestBody");
        if (!body) return;
        ++bodies;
        auto const& content = body->at("content").at("application/json");
        auto type = types.at(name_behind(content.at("schema").at("$ref").as_string()));
        auto object = type->make();
        EXPECT_NO_THROW(schema::read_sent(*type, content.at("example"), object.get())) << method << " " << address;
        for (auto const& [name, value] : content.at("example").as_object()) {
            auto field = find_field(*type, name);
            ASSERT_TRUE(field) << method << " " << address << ": " << std::string_view(name);
            EXPECT_FALSE(field->flags.has(schema::computed)) << "ignored: " << std::string_view(name);
        }
    });
    EXPECT_GT(bodies, 30);
}

TEST(OpenApi, shows_answers_as_they_are_written) {
    for (auto const& [name, type] : described_types()) {
        auto const& example = document().at("components").at("schemas").at(name).at("example");
        auto object = type->make();
        EXPECT_NO_THROW(schema::read_stored(*type, base::to_text(example), object.get())) << name;
        std::string written;
        base::JsonWriter to(written);
        schema::write(*type, object.get(), to);
        EXPECT_EQ(base::parse_json(written), example) << name;
    }
    EXPECT_EQ(document().at("components").at("schemas").at("Environment").at("example").at("Id"), "Environments-1");
}

} // namespace stepwell::contract
