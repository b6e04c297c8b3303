#include "domain/variable_types.h"

#include "base/text.h"

namespace stepwell::domain {

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
