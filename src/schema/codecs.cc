#include "schema/codecs.h"

#include "base/text.h"
#include "schema/describe.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <limits>

namespace stepwell::schema {

namespace {

// Returns the value for a message. Contents of lists and objects are omitted, because they may be misplaced secrets.
std::string shown(Json const& value) {
    if (value.is_array()) return "a list";
    if (value.is_object()) return "an object";
    auto text = base::to_text(value);
    return text.size() > 60 ? text.substr(0, 57) + "..." : text;
}

void wrong_type(Json const& from, char const* expected, Reading& reading, Place const& place) {
    reading.wrong(place, std::string("must be ") + expected + ", not " + shown(from));
}

void document_type(JsonWriter& to, std::string_view type, std::string_view format = {}) {
    to.begin_object().member("type", type);
    if (!format.empty()) to.member("format", format);
    to.end_object();
}

} // namespace

bool is_null(Json const& value) { return value.is_null(); }

bool is_not_given(Json const& value) { return value.is_null() || (value.is_string() && value.get_string().empty()); }

void CodecOf<std::string>::read(Json const& from, std::string& to, Reading& reading, Place const& place) {
    if (auto text = from.if_string())
        to.assign(text->data(), text->size());
    else if (from.is_null())
        to.clear();
    else if (from.is_number() || from.is_bool())
        to = base::to_text(from);
    else
        wrong_type(from, "a string", reading, place);
    if (to.find('\0') != std::string::npos) reading.wrong(place, "contains a NUL character");
}
void CodecOf<std::string>::document(JsonWriter& to) { document_type(to, "string"); }

void CodecOf<std::int64_t>::read(Json const& from, std::int64_t& to, Reading& reading, Place const& place) {
    constexpr double beyond = 9223372036854775808.0; // the smallest number that does not fit
    if (from.is_int64())
        to = from.get_int64();
    else if (auto text = from.if_string(); text && base::to_number(*text))
        to = *base::to_number(*text);
    else if (auto real = from.if_double();
             real && *real >= -beyond && *real < beyond && *real == double(std::int64_t(*real)))
        to = std::int64_t(*real);
    else if (!is_not_given(from))
        wrong_type(from, "a whole number", reading, place);
    using Limits = std::numeric_limits<std::int32_t>; // clients read whole numbers as 32 bits
    if (reading.origin == Origin::client && (to < Limits::min() || to > Limits::max()))
        reading.wrong(place, fmt::format("must be between {} and {}", Limits::min(), Limits::max()));
}
void CodecOf<std::int64_t>::document(JsonWriter& to) { document_type(to, "integer", "int64"); }

void CodecOf<bool>::read(Json const& from, bool& to, Reading& reading, Place const& place) {
    if (auto flag = from.if_bool())
        to = *flag;
    else if (auto text = from.if_string(); text && base::to_bool(*text))
        to = *base::to_bool(*text);
    else if (!is_not_given(from))
        wrong_type(from, "true or false", reading, place);
}
void CodecOf<bool>::document(JsonWriter& to) { document_type(to, "boolean"); }

void CodecOf<base::Time>::read(Json const& from, base::Time& to, Reading& reading, Place const& place) {
    auto text = from.if_string();
    auto time = text ? base::parse_time(*text) : std::nullopt;
    if (time)
        to = *time;
    else if (!is_not_given(from))
        wrong_type(from, "a time such as 2024-08-02T05:07:42Z", reading, place);
}
void CodecOf<base::Time>::document(JsonWriter& to) { document_type(to, "string", "date-time"); }

void CodecOf<RawText>::read(Json const& from, RawText& to, Reading& reading, Place const& place) {
    if (auto const text = from.if_string())
        to.text.assign(text->data(), text->size());
    else if (!from.is_null())
        wrong_type(from, "a string", reading, place);
}

void CodecOf<Texts>::read(Json const& from, Texts& to, Reading& reading, Place const& place) {
    auto const text = from.if_string();
    if (!text) return codec_of<List>().read(from, &to.items, reading, place);
    to.items.clear();
    if (!text->empty()) codec_of<std::string>().read(from, &to.items.emplace_back(), reading, place);
}

void CodecOf<BoolOrText>::read(Json const& from, BoolOrText& to, Reading& reading, Place const& place) {
    if (auto flag = from.if_bool())
        to = *flag;
    else if (!from.is_null())
        codec_of<std::string>().read(from, &to.emplace<std::string>(), reading, place);
}
void CodecOf<BoolOrText>::write(BoolOrText const& from, JsonWriter& to) {
    if (auto flag = std::get_if<bool>(&from))
        to.boolean(*flag);
    else
        to.text(std::get<std::string>(from));
}
void CodecOf<BoolOrText>::document(JsonWriter& to) {
    to.begin_object().key("oneOf").begin_array();
    document_type(to, "boolean");
    document_type(to, "string");
    to.end_array().end_object();
}

void for_each_item(Json const& list, Refused refused, Reading& reading, Place const& place,
                   std::function<void(Json const&, Place const&)> const& item) {
    if (list.is_null()) return;
    auto values = list.if_array();
    if (!values) return wrong_type(list, "a list", reading, place);
    std::size_t index = 0;
    for (auto const& value : *values) {
        Place const at{&place, {}, index++};
        bool const checked = reading.origin == Origin::client;
        if (checked && value.is_null())
            reading.wrong(at, "must not be null");
        else if (checked && refused == Refused::nulls_and_empty_texts && is_not_given(value))
            reading.wrong(at, "must not be empty");
        else
            item(value, at);
    }
}

void for_each_member(Json const& object, Reading& reading, Place const& place,
                     std::function<void(std::string_view, Json const&, Place const&)> const& member) {
    if (object.is_null()) return;
    auto members = object.if_object();
    if (!members) return wrong_type(object, "an object", reading, place);
    for (auto const& entry : *members) member(entry.key(), entry.value(), Place{&place, entry.key()});
}

std::string item_path(std::string const& path, Codec const& codec, void const* item, std::size_t index) {
    auto types = codec.inner();
    auto id = types.size() == 1 ? types[0]->find("Id") : nullptr;
    Column column = id ? id->codec->column(id->in(item)) : Column{};
    auto text = std::get_if<std::string>(&column);
    return path + '[' + (text && !text->empty() ? *text : std::to_string(index)) + ']';
}

std::size_t read_name(Json const& from, std::span<std::string_view const> names, Reading& reading, Place const& place) {
    auto text = from.if_string();
    for (std::size_t i = 0; text && i < names.size(); ++i)
        if (base::equal_ignoring_case(*text, names[i])) return i;
    if (from.is_int64() && from.get_int64() >= 0 && std::size_t(from.get_int64()) < names.size())
        return std::size_t(from.get_int64());
    reading.wrong(place, unknown_kind(text ? std::string_view(*text) : std::string_view(shown(from)), names));
    return names.size();
}

void document_names(JsonWriter& to, std::span<std::string_view const> names) {
    to.begin_object().member("type", "string").key("enum").begin_array();
    for (auto name : names) to.text(name);
    to.end_array().end_object();
}

// A type that accepts any value accepts null. In OpenAPI, a reference must not have siblings.
void document_nullable(JsonWriter& to, Codec const& value) {
    std::string schema;
    JsonWriter inner(schema);
    value.document(inner);
    if (schema == "{}") return (void)to.raw(schema);
    if (schema.starts_with(R"({"$ref")"))
        to.begin_object()
            .member("type", "object")
            .member("nullable", true)
            .key("allOf")
            .raw("[" + schema + "]")
            .end_object();
    else
        to.raw(R"({"nullable":true,)" + schema.substr(1));
}

void document_list(JsonWriter& to, Codec const& item) {
    to.begin_object().member("type", "array").key("items");
    item.document(to);
    to.end_object();
}

void document_bag(JsonWriter& to, Codec const& value) {
    to.begin_object().member("type", "object").key("additionalProperties");
    value.document(to);
    to.end_object();
}

void document_reference(JsonWriter& to, std::string_view type_name) {
    to.begin_object().member("$ref", "#/components/schemas/" + std::string(type_name)).end_object();
}

std::string kind_in(Json const& from, std::string_view member) {
    auto value = base::find_member(from, member);
    auto text = value ? value->if_string() : nullptr;
    return text ? std::string(text->data(), text->size()) : std::string();
}

bool is_kind(std::string_view given, std::string_view kind) { return base::equal_ignoring_case(given, kind); }

void document_alternatives(JsonWriter& to, std::string_view member, std::span<std::string_view const> kinds,
                           std::span<std::string_view const> type_names) {
    to.begin_object().key("oneOf").begin_array();
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        to.begin_object().key("allOf").begin_array();
        document_reference(to, type_names[i]);
        to.begin_object().member("type", "object").key("required").begin_array().text(member).end_array();
        to.key("properties").begin_object().key(member);
        document_names(to, kinds.subspan(i, 1));
        to.end_object().end_object().end_array().end_object();
    }
    to.end_array().end_object();
}

std::string unknown_kind(std::string_view given, std::span<std::string_view const> kinds) {
    std::vector<std::string> allowed(kinds.begin(), kinds.end());
    return "must be one of " + base::join(allowed, ", ") + ", not '" + std::string(given) + "'";
}

void read_sent(Codec const& codec, Json const& from, void* to) {
    Problems problems;
    Reading reading{Origin::client, problems};
    codec.read(from, to, reading, Place{});
    base::reject_if_any(std::move(problems));
}

void read_stored(Codec const& codec, std::string_view json, void* to) {
    Problems problems;
    Reading reading{Origin::store, problems};
    codec.read(base::parse_json(json), to, reading, Place{});
    base::reject_if_any(std::move(problems));
}

} // namespace stepwell::schema
