#include "schema/openapi.h"
#include "schema/sample.h"

#include <set>

namespace stepwell::schema {

namespace {

Json schema_of(Type const& type) {
    std::string text;
    JsonWriter to(text);
    write_schema(type, to);
    return parsed(text);
}

void references_in(Json const& json, std::set<std::string>& found) {
    if (auto object = json.if_object())
        for (auto const& [name, value] : *object) {
            if (name == "$ref")
                found.emplace(value.as_string());
            else
                references_in(value, found);
        }
    if (auto array = json.if_array())
        for (auto const& item : *array) references_in(item, found);
}

struct First {
    std::string a, b;
    static constexpr std::string_view type_name = "Sample";
    static void describe(auto& field) {
        field("A", &First::a, plain, "First words.");
        field("B", &First::b, plain, "B.");
    }
};
struct OtherWords : First {
    static void describe(auto& field) {
        field("A", &OtherWords::a, plain, "Other words.");
        field("B", &OtherWords::b, plain, "B.");
    }
};
struct OtherFlag : First {
    static void describe(auto& field) {
        field("A", &OtherFlag::a, indexed, "First words.");
        field("B", &OtherFlag::b, plain, "B.");
    }
};
struct OtherName : First {
    static void describe(auto& field) {
        field("A2", &OtherName::a, plain, "First words.");
        field("B", &OtherName::b, plain, "B.");
    }
};
struct OneMore : First {
    std::int64_t c = 0;
    static void describe(auto& field) {
        First::describe(field);
        field("C", &OneMore::c, plain, "C.");
    }
};
struct OneLess : First {
    static void describe(auto& field) { field("A", &OneLess::a, plain, "First words."); }
};
struct OtherType {
    std::int64_t a = 0;
    std::string b;
    static constexpr std::string_view type_name = "Sample";
    static void describe(auto& field) {
        field("A", &OtherType::a, plain, "First words.");
        field("B", &OtherType::b, plain, "B.");
    }
};
template <class Inner> struct Around {
    Inner inner;
    static constexpr std::string_view type_name = "Around";
    static void describe(auto& field) { field("Inner", &Around::inner, plain, "Inside."); }
};

} // namespace

TEST(OpenApi, describes_members_with_their_flags) {
    auto schema = schema_of(type_of<Everything>());
    auto const& properties = schema.at("properties").as_object();
    EXPECT_EQ(properties.size(), type_of<Everything>().fields.size());
    EXPECT_EQ(properties.at("Name").at("description").as_string(), "Its name.");
    EXPECT_EQ(properties.at("Name").at("maxLength").as_int64(), 5);
    EXPECT_TRUE(properties.at("Stamp").at("readOnly").as_bool());
    EXPECT_EQ(base::to_text(schema.at("required")), R"(["Name"])");
    EXPECT_EQ(base::to_text(properties.at("Colour").at("allOf").at(0)),
              R"({"type":"string","enum":["Red","Green","Blue"]})");
    EXPECT_EQ(base::to_text(properties.at("Until").at("allOf").at(0)),
              R"({"nullable":true,"type":"string","format":"date-time"})");
}

TEST(OpenApi, has_examples_that_can_be_read) {
    for (auto by : {Origin::client, Origin::store}) {
        std::string text;
        JsonWriter to(text);
        write_example(type_of<Everything>(), by, to);
        auto example = parsed(text);
        Everything value;
        if (by == Origin::client)
            read_sent(type_of<Everything>(), example, &value);
        else
            read_stored(type_of<Everything>(), text, &value);
        EXPECT_EQ(value.name, "Ann") << "what the description says";
        EXPECT_EQ(value.slug, "ann");
        EXPECT_EQ(value.count, 7) << "an untouched object's";
        EXPECT_EQ(value.towns.at(0).value, "Towns-1");
        EXPECT_EQ(value.stages.at(0).acts.size(), 1u);
        EXPECT_EQ(value.password.new_value.has_value(), by == Origin::client);
        EXPECT_EQ(example.as_object().contains("Stamp"), by == Origin::store) << "a client sends nothing computed";
    }
}

TEST(OpenApi, has_a_schema_for_each_reference) {
    std::map<std::string_view, Type const*> all;
    collect(type_of<Everything>(), all);
    std::string values;
    JsonWriter to(values);
    to.begin_object();
    write_value_schemas(to);
    to.end_object();
    std::set<std::string> known, wanted;
    auto const of_values = parsed(values);
    for (auto const& member : of_values.as_object()) known.insert("#/components/schemas/" + std::string(member.key()));
    references_in(of_values, wanted);
    for (auto const& [name, type] : all) {
        known.insert("#/components/schemas/" + std::string(name));
        references_in(schema_of(*type), wanted);
    }
    EXPECT_TRUE(wanted.contains("#/components/schemas/Act")) << "items of items too";
    for (auto const& reference : wanted) EXPECT_TRUE(known.contains(reference)) << reference;
}

TEST(Fingerprint, changes_with_what_is_stored_and_not_with_words) {
    auto const original = fingerprint(type_of<First>());
    EXPECT_EQ(fingerprint(type_of<OtherWords>()), original);
    std::set<std::string> all{original};
    for (auto type : {&type_of<OtherFlag>(), &type_of<OtherName>(), &type_of<OneMore>(), &type_of<OneLess>(),
                      &type_of<OtherType>()})
        EXPECT_TRUE(all.insert(fingerprint(*type)).second) << type->fields.size();
    EXPECT_NE(fingerprint(type_of<Around<First>>()), fingerprint(type_of<Around<OneMore>>()))
        << "what is inside counts";
    EXPECT_EQ(fingerprint(type_of<Around<First>>()), fingerprint(type_of<Around<OtherWords>>()));
}

} // namespace stepwell::schema
