#include "domain/resources/variable_set.h"

#include "base/fold.h"
#include "base/text.h"
#include "domain/resources/library_variable_set.h"
#include "domain/variable_types.h"

#include <set>

namespace stepwell::domain {

bool VariablePrompt::asks_for_secret() const {
    return std::ranges::any_of(display_settings.items, [](auto const& setting) {
        return base::equal_ignoring_case(setting.first, "Octopus.ControlType") &&
               base::equal_ignoring_case(setting.second, "Sensitive");
    });
}

// A variable is sensitive if IsSensitive, its type or the control of its prompt marks it so. Sets IsSensitive and Type
// accordingly.
void Variable::settle() {
    if (id.empty()) id = base::new_uuid();
    if (base::equal_ignoring_case(type, "Sensitive") || (prompt && prompt->asks_for_secret())) is_sensitive = true;
    if (is_sensitive) type = "Sensitive";
    if (type.empty()) type = "String";
    if (auto known = find_variable_type(type)) type = *known;
    for (auto& [dimension, ids] : scope.items) std::erase(ids, "");
    std::erase_if(scope.items, [](auto const& dimension) { return dimension.second.empty(); });
    if (!is_sensitive) {
        value.secret.reset();
        return;
    }
    // "" and null keep the stored value. The store decides if there is one.
    if (!value.secret) value.secret.emplace();
    value.secret->has_value = true;
    if (value.text && !value.text->empty()) value.secret->new_value = std::move(value.text);
    value.text.reset();
}

std::size_t bytes_of(Variable const& variable) {
    auto bytes = variable.id.size() + variable.name.size() + variable.description.size() + variable.type.size();
    if (variable.value.text) bytes += variable.value.text->size();
    if (auto const& secret = variable.value.secret; secret && secret->new_value) bytes += secret->new_value->size();
    for (auto const& [dimension, ids] : variable.scope.items) {
        bytes += dimension.size();
        for (auto const& id : ids) bytes += id.size();
    }
    if (!variable.prompt) return bytes;
    bytes += variable.prompt->label.size() + variable.prompt->description.size();
    for (auto const& [name, value] : variable.prompt->display_settings.items) bytes += name.size() + value.size();
    return bytes;
}

bool is_library(VariableSet const& set) { return set.owner_id.starts_with(LibraryVariableSet::prefix); }

void VariableSet::check(Reading& reading, Place const& place) const {
    Place const list{&place, "Variables"};
    std::set<std::string> ids;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < variables.size(); ++i) {
        bytes += bytes_of(variables[i]);
        Place const at{&list, {}, i};
        if (!ids.insert(base::fold(variables[i].id)).second)
            reading.wrong(Place{&at, "Id"}, "must be unique: another variable has the id '" + variables[i].id + "'");
    }
    if (bytes > max_bytes_in_set)
        reading.wrong(list, "has " + std::to_string(bytes) + " bytes of text; the limit is " +
                                std::to_string(max_bytes_in_set) +
                                " (8 MiB). Shorten values, or move variables to a library variable set");
}

} // namespace stepwell::domain
