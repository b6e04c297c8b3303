// Reading and writing JSON. Reading returns a Boost.JSON value. Writing appends text, because most responses are
// concatenated from parts.
#pragma once
#include <boost/json/fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace stepwell::base {

using Json = boost::json::value;

// Parses one document. Throws Error{invalid} with line and column. A leading byte order mark is skipped. The maximum
// nesting depth is 64. `what` is the subject of the error message.
Json parse_json(std::string_view text, std::string_view what = "The body");
std::string to_text(Json const& value);

// Finds a member by name, ignoring case. Returns null if `value` is not an object or has no such member.
Json const* find_member(Json const& value, std::string_view name);
// Removes every member of that name, ignoring case. The others keep their order.
void erase_member(Json& value, std::string_view name);

void append_quoted(std::string& out, std::string_view text);

// Appends one JSON document to a string. Inserts the commas.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& text(std::string_view value);
    JsonWriter& number(std::int64_t value);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    JsonWriter& raw(std::string_view json); // a complete JSON value, copied unchanged
    JsonWriter& value(Json const& value);

    // Write a key and its value.
    JsonWriter& member(std::string_view name, std::string_view value) { return key(name).text(value); }
    JsonWriter& member(std::string_view name, char const* value) { return key(name).text(value); }
    JsonWriter& member(std::string_view name, std::string const& value) { return key(name).text(value); }
    JsonWriter& member(std::string_view name, std::int64_t value) { return key(name).number(value); }
    JsonWriter& member(std::string_view name, int value) { return key(name).number(value); }
    JsonWriter& member(std::string_view name, bool value) { return key(name).boolean(value); }

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string& out_;
    bool first_ = true; // nothing was written yet in the innermost bracket
};

} // namespace stepwell::base
