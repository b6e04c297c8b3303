#include "domain/variable_types.h"

#include "base/text.h"

namespace stepwell::domain {

std::optional<std::string_view> find_variable_type(std::string_view type) {
    for (auto each : variable_types)
        if (base::equal_ignoring_case(each, type)) return each;
    return std::nullopt;
}

ReferringType const* find_referring_type(std::string_view type) {
    for (auto const& each : referring_types)
        if (base::equal_ignoring_case(each.type, type)) return &each;
    return nullptr;
}

ReferringType const* find_referring_type(Variable const& variable) {
    if (variable.is_sensitive || !variable.value.text || variable.value.text->empty()) return nullptr;
    return find_referring_type(variable.type);
}

} // namespace stepwell::domain
