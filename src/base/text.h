// Small questions about strings. "Without case" means ASCII letters only: names of headers, JSON members and ids.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::base {

char lower(char c);
std::string to_lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool starts_ignoring_case(std::string_view text, std::string_view prefix);
bool contains_ignoring_case(std::string_view text, std::string_view part);

struct LessIgnoringCase {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};
template <class Value> using MapIgnoringCase = std::map<std::string, Value, LessIgnoringCase>;

std::string_view trim(std::string_view text);
// Pieces between separators, empty ones included.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::vector<std::string> const& pieces, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// The whole text as a number, or nothing.
std::optional<std::int64_t> to_number(std::string_view text);
// true/false in any case, or nothing.
std::optional<bool> to_bool(std::string_view text);

// Lower case, runs of other characters become one dash: "Restart Tomcat (EU)" → restart-tomcat-eu. Never empty.
std::string slug_of(std::string_view name);

// Percent-decoding of one path segment or query part; nothing when malformed.
std::optional<std::string> decode_percent(std::string_view text, bool plus_is_space);
// Everything but letters, digits and -._~ encoded.
std::string encode_percent(std::string_view text);

} // namespace stepwell::base
