// Parts of SQL statements: lists of variable length, and patterns.
#pragma once
#include "store/session.h"

namespace stepwell::store {

// Returns a comma-separated list of question marks, one per element, and appends the elements to `values`. `list` must
// outlive `values`.
template <class List> std::string marks(List const& list, std::vector<Value>& values) {
    std::string out;
    for (auto const& each : list) {
        out += out.empty() ? "?" : ", ?";
        if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(each)>>)
            values.emplace_back(std::int64_t(each));
        else
            values.emplace_back(std::string_view(each));
    }
    return out;
}

// Used as column + like with containing() as value. Both databases compare folded text with it in the same way.
constexpr char const* like = " like ? escape '\\'";

// Return the patterns of texts that start with, or contain, `part`.
inline std::string starting(std::string_view part) {
    std::string pattern;
    for (char c : part) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}
inline std::string containing(std::string_view part) { return '%' + starting(part); }

} // namespace stepwell::store
