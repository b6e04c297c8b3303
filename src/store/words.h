// Replaces the words of table definitions (dialect.h) by those of a database.
#pragma once
#include "base/text.h"

#include <initializer_list>
#include <utility>

namespace stepwell::store {

inline std::string replace_words(std::string_view sql,
                                 std::initializer_list<std::pair<std::string_view, std::string_view>> words) {
    std::string out(sql);
    for (auto const& [word, meaning] : words) out = base::replace_all(std::move(out), word, meaning);
    return out;
}

} // namespace stepwell::store
