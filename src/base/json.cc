#include "base/json.h"

#include "base/error.h"
#include "base/text.h"

#include <boost/json/src.hpp> // compiles the library here, once

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace stepwell::base {

namespace json = boost::json;

namespace {

std::string position(std::string_view text, std::size_t offset) {
    auto before = text.substr(0, std::min(offset, text.size()));
    auto line = std::size_t(std::ranges::count(before, '\n')) + 1;
    auto column = before.size() - (before.rfind('\n') + 1) + 1;
    return fmt::format("line {}, column {}", line, column);
}

// A number beyond the range of double is read as infinity, and infinity times zero as NaN. Neither can be written back.
bool is_unwritable(Json const& value) {
    if (auto number = value.if_double()) return !std::isfinite(*number);
    if (auto array = value.if_array()) return std::ranges::any_of(*array, is_unwritable);
    if (auto object = value.if_object())
        return std::ranges::any_of(*object, [](auto const& member) { return is_unwritable(member.value()); });
    return false;
}

} // namespace

Json parse_json(std::string_view text, std::string_view what) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    json::parse_options options;
    options.max_depth = 64;
    json::stream_parser parser({}, options);
    json::error_code failure;
    auto used = parser.write_some(text.data(), text.size(), failure);
    if (!failure && trim(text.substr(used)).empty())
        parser.finish(failure);
    else if (!failure)
        failure = json::make_error_code(json::error::extra_data);
    if (failure)
        reject("", fmt::format("{} is not valid JSON: {} at {}.", what, failure.message(), position(text, used)));
    auto value = parser.release();
    if (is_unwritable(value)) reject("", fmt::format("{} is not valid JSON: it has a number that is too large.", what));
    return value;
}

std::string to_text(Json const& value) {
    std::string out;
    JsonWriter(out).value(value);
    return out;
}

Json const* find_member(Json const& value, std::string_view name) {
    auto object = value.if_object();
    if (!object) return nullptr;
    if (auto exact = object->if_contains(name)) return exact;
    for (auto const& member : *object)
        if (equal_ignoring_case(member.key(), name)) return &member.value();
    return nullptr;
}

void erase_member(Json& value, std::string_view name) {
    auto object = value.if_object();
    if (!object) return;
    for (auto member = object->begin(); member != object->end();)
        member = equal_ignoring_case(member->key(), name) ? object->stable_erase(member) : member + 1;
}

void append_quoted(std::string& out, std::string_view text) {
    static constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        out.append(text.substr(plain, i - plain));
        plain = i + 1;
        switch (byte) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    out.append(text.substr(plain));
    out += '"';
}

void JsonWriter::separate() {
    if (!first_) out_ += ',';
    first_ = false;
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    out_ += bracket;
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    append_quoted(out_, name);
    out_ += ':';
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    separate();
    append_quoted(out_, value);
    return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
    separate();
    out_ += std::to_string(value);
    return *this;
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view value) {
    separate();
    out_ += value;
    return *this;
}

JsonWriter& JsonWriter::value(Json const& value) {
    switch (value.kind()) {
    case json::kind::null: return null();
    case json::kind::bool_: return boolean(value.get_bool());
    case json::kind::int64: return number(value.get_int64());
    case json::kind::uint64: return raw(std::to_string(value.get_uint64()));
    case json::kind::double_: {
        if (value.get_double() == 0) return raw("0"); // "-0" would be read as 0
        char buffer[40];
        auto end = std::to_chars(buffer, buffer + sizeof buffer, value.get_double()).ptr;
        return raw({buffer, std::size_t(end - buffer)});
    }
    case json::kind::string: return text(value.get_string());
    case json::kind::array:
        begin_array();
        for (auto const& item : value.get_array()) this->value(item);
        return end_array();
    case json::kind::object:
        begin_object();
        for (auto const& member : value.get_object()) key(member.key()).value(member.value());
        return end_object();
    }
    return *this;
}

} // namespace stepwell::base
