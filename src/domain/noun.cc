#include "domain/noun.h"

#include "base/text.h"

namespace stepwell::domain {

std::string table_name(std::string_view type_name) {
    std::string name;
    for (char c : type_name) {
        if (c >= 'A' && c <= 'Z' && !name.empty()) name += '_';
        name += base::lower(c);
    }
    return name;
}

} // namespace stepwell::domain
