// Codecs of sensitive values: secrets, values that may be secrets, and JSON that may contain some.
#include "base/text.h"
#include "schema/describe.h"

#include <boost/json.hpp>

namespace stepwell::schema {

namespace {

// Returns true for {"HasValue":…,"NewValue":…} with at least one of the two members, of the right type.
bool is_sensitive_value(Json const& value) {
    auto has = base::find_member(value, "HasValue"), text = base::find_member(value, "NewValue");
    auto flag = has ? has->if_string() : nullptr;
    bool flag_or_none = !has || has->is_null() || has->is_bool() || (flag && base::to_bool(*flag));
    bool text_or_none = !text || text->is_null() || text->is_string();
    return (has || text) && flag_or_none && text_or_none;
}

// Visits a secret in JSON without a description. Other members are kept.
void walk_sensitive_value(Json& json, std::string const& path, Walker& walker) {
    Secret secret;
    Problems none;
    Reading reading{Origin::client, none};
    codec_of<Secret>().read(json, &secret, reading, Place{});
    walker.secret(secret, path);
    for (auto name : {"HasValue", "NewValue", "Hint"}) base::erase_member(json, name);
    auto& object = json.get_object();
    object["HasValue"] = secret.has_value;
    object["NewValue"] = secret.new_value ? Json(*secret.new_value) : Json();
    object["Hint"] = nullptr;
}

void walk_sensitive_values(Json& json, std::string const& path, Walker& walker) {
    if (is_sensitive_value(json)) walk_sensitive_value(json, path, walker);
    if (auto members = json.if_object())
        for (auto& member : *members)
            walk_sensitive_values(member.value(), path + '.' + std::string(member.key()), walker);
    if (auto items = json.if_array())
        for (std::size_t i = 0; i < items->size(); ++i) {
            auto id = kind_in((*items)[i], "Id");
            walk_sensitive_values((*items)[i], path + '[' + (id.empty() ? std::to_string(i) : id) + ']', walker);
        }
}

} // namespace

void CodecOf<Secret>::read(Json const& from, Secret& to, Reading& reading, Place const& place) {
    to = {};
    if (from.is_null()) return;
    if (auto text = from.if_string()) { // older clients send only the text
        to.has_value = !text->empty();
        if (to.has_value) to.new_value.emplace(text->data(), text->size());
        return;
    }
    auto object = from.if_object();
    if (object && object->empty()) return;
    // The value is not quoted: it may be the secret.
    if (!is_sensitive_value(from)) return reading.wrong(place, "must be a sensitive value");
    auto has = base::find_member(from, "HasValue"), value = base::find_member(from, "NewValue");
    if (has) codec_of<bool>().read(*has, &to.has_value, reading, place);
    if (!value || value->is_null()) return;
    codec_of<std::string>().read(*value, &to.new_value.emplace(), reading, place);
    to.has_value = true;
}
void CodecOf<Secret>::write(Secret const& from, JsonWriter& to) {
    to.raw(from.has_value ? R"({"HasValue":true,"NewValue":null,"Hint":null})"
                          : R"({"HasValue":false,"NewValue":null,"Hint":null})");
}
void CodecOf<Secret>::document(JsonWriter& to) { document_reference(to, "SensitiveValue"); }

void CodecOf<PropertyValue>::read(Json const& from, PropertyValue& to, Reading& reading, Place const& place) {
    if (is_sensitive_value(from))
        codec_of<Secret>().read(from, &to.emplace<Secret>(), reading, place);
    else if (from.is_structured())
        reading.wrong(place, "must be a string or a sensitive value"); // not quoted: it may be a secret
    else
        codec_of<std::string>().read(from, &to.emplace<std::string>(), reading, place);
}
void CodecOf<PropertyValue>::write(PropertyValue const& from, JsonWriter& to) {
    if (auto secret = std::get_if<Secret>(&from))
        codec_of<Secret>().write(secret, to);
    else
        to.text(std::get<std::string>(from));
}
void CodecOf<PropertyValue>::document(JsonWriter& to) { document_reference(to, "PropertyValue"); }
void CodecOf<PropertyValue>::walk(PropertyValue& value, std::string const& path, Walker& walker) {
    if (auto secret = std::get_if<Secret>(&value)) walker.secret(*secret, path);
}

void CodecOf<VariableValue>::read(Json const& from, VariableValue& to, Reading& reading, Place const& place) {
    if (from.is_null())
        to.text.reset();
    else if (from.is_structured())
        reading.wrong(place, "must be a string"); // not quoted: it may be a secret
    else
        codec_of<std::string>().read(from, &to.text.emplace(), reading, place);
}
void CodecOf<VariableValue>::write(VariableValue const& from, JsonWriter& to) {
    if (from.secret || !from.text)
        to.null();
    else
        to.text(*from.text);
}
void CodecOf<VariableValue>::document(JsonWriter& to) { document_nullable(to, codec_of<std::string>()); }
void CodecOf<VariableValue>::walk(VariableValue& value, std::string const& path, Walker& walker) {
    if (value.secret) walker.secret(*value.secret, path);
}

void CodecOf<Verbatim>::read(Json const& from, Verbatim& to, Reading&, Place const&) { to.json = base::to_text(from); }
void CodecOf<Verbatim>::document(JsonWriter& to) { to.begin_object().end_object(); }
void CodecOf<Verbatim>::walk(Verbatim& value, std::string const& path, Walker& walker) {
    if (!base::contains_ignoring_case(value.json, R"(Value")")) return; // most hold none: not parsed
    auto json = base::parse_json(value.json);
    walk_sensitive_values(json, path, walker);
    value.json = base::to_text(json);
}

} // namespace stepwell::schema
