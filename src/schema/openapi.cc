#include "schema/openapi.h"

#include "base/crypto.h"

#include <set>

namespace stepwell::schema {

void collect(Type const& type, std::map<std::string_view, Type const*>& all) {
    if (!all.emplace(type.name, &type).second) return;
    for (auto const& field : type.fields)
        for (auto inner : field.codec->inner()) collect(*inner, all);
}

namespace {

void write_property(Field const& field, JsonWriter& to) {
    to.key(field.name).begin_object();
    auto const doc = std::string(field.doc);
    to.member("description", field.flags.has(without_effect) ? doc + " It has no effect yet." : doc);
    if (field.flags.has(computed)) to.member("readOnly", true);
    if (field.flags.most) to.member("maxLength", std::int64_t(field.flags.most));
    to.key("allOf").begin_array();
    field.codec->document(to);
    to.end_array().end_object();
}

// Writes the properties of all alternatives, each name once.
void write_flat_properties(Field const& field, JsonWriter& to) {
    std::set<std::string_view> written;
    for (auto alternative : field.codec->inner())
        for (auto const& inner : alternative->fields)
            if (written.insert(inner.name).second) write_property(inner, to);
}

} // namespace

void write_schema(Type const& type, JsonWriter& to) {
    to.begin_object().member("type", "object").key("properties").begin_object();
    for (auto const& field : type.fields) {
        write_property(field, to);
        if (field.codec->is_flat) write_flat_properties(field, to);
    }
    to.end_object();
    bool any = false;
    for (auto const& field : type.fields) any = any || field.flags.has(required);
    if (any) {
        to.key("required").begin_array();
        for (auto const& field : type.fields)
            if (field.flags.has(required)) to.text(field.name);
        to.end_array();
    }
    to.key("example");
    write_example(type, Origin::store, to);
    to.end_object();
}

void write_value_schemas(JsonWriter& to) {
    to.key("SensitiveValue")
        .raw(R"({"type":"object","properties":{"HasValue":{"type":"boolean"},)"
             R"("NewValue":{"type":"string","nullable":true},"Hint":{"type":"string","nullable":true}}})");
    to.key("PropertyValue").raw(R"({"oneOf":[{"type":"string"},{"$ref":"#/components/schemas/SensitiveValue"}]})");
}

std::string fingerprint(Type const& type) {
    std::map<std::string_view, Type const*> all;
    collect(type, all);
    std::string text;
    for (auto const& [name, each] : all) {
        text += name;
        for (auto const& field : each->fields) {
            text += '\n';
            text += field.name;
            text += ' ' + std::to_string(field.flags.bits) + ' ';
            JsonWriter to(text);
            field.codec->document(to);
        }
        text += "\n\n";
    }
    return base::to_hex(base::sha256(text));
}

} // namespace stepwell::schema
