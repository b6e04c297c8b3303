// Lists of unknown length in a statement.
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

} // namespace stepwell::store
