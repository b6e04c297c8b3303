// Parts of statements: lists of unknown length, and patterns.
#pragma once
#include "store/session.h"

namespace stepwell::store {

// A question mark for each of texts or numbers, which become values: they must live as long as these.
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

// " like ?" with containing(): both databases compare folded text by it in the same way.
constexpr char const* like = " like ? escape '\\'";

// The patterns of texts that start with `part`, and that contain it.
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
