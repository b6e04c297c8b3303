// String functions. "Ignoring case" covers ASCII letters only: header names, JSON members and ids.
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
// Splits at each separator. Keeps empty parts.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::vector<std::string> const& pieces, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// Parses the whole text as a number. Returns nullopt if it is not one.
std::optional<std::int64_t> to_number(std::string_view text);
// Parses true or false, ignoring case. Returns nullopt for other text.
std::optional<bool> to_bool(std::string_view text);

// Returns a slug: lower case, each run of other characters replaced by one dash. Never empty. Example: "Restart Tomcat
// (EU)" → restart-tomcat-eu.
std::string slug_of(std::string_view name);

// Decodes the percent-encoding of one path segment or query part. Returns nullopt if malformed.
std::optional<std::string> decode_percent(std::string_view text, bool plus_is_space);
// Percent-encodes every byte except letters, digits and -._~
std::string encode_percent(std::string_view text);

} // namespace stepwell::base
