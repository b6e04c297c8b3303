#include "domain/resources/variable_set.h"

#include "base/text.h"
#include "domain/resources/library_variable_set.h"

#include <set>

namespace stepwell::domain {

bool VariablePrompt::asks_for_secret() const {
    return std::ranges::any_of(display_settings.items, [](auto const& setting) {
        return base::equal_ignoring_case(setting.first, "Octopus.ControlType") &&
               base::equal_ignoring_case(setting.second, "Sensitive");
    });
}

// However a client says that a value is secret, all three ways of saying so agree afterwards.
void Variable::settle() {
    if (id.empty()) id = base::new_uuid();
    if (base::equal_ignoring_case(type, "Sensitive") || (prompt && prompt->asks_for_secret())) is_sensitive = true;
    if (is_sensitive) type = "Sensitive";
    if (type.empty()) type = "String";
    std::erase_if(scope.items, [](auto const& dimension) { return dimension.second.empty(); });
    if (!is_sensitive) {
        value.secret.reset();
        return;
    }
    // "" and null mean: keep what is stored. Whether something is stored, the store knows.
    if (!value.secret) value.secret.emplace();
    value.secret->has_value = true;
    if (value.text && !value.text->empty()) value.secret->new_value = std::move(value.text);
    value.text.reset();
}

bool is_library(VariableSet const& set) { return set.owner_id.starts_with(LibraryVariableSet::prefix); }

void VariableSet::check(Reading& reading, Place const& place) const {
    Place const list{&place, "Variables"};
    std::set<std::string> ids;
    for (std::size_t i = 0; i < variables.size(); ++i) {
        Place const at{&list, {}, i};
        if (!ids.insert(base::to_lower(variables[i].id)).second)
            reading.wrong(Place{&at, "Id"}, "another variable has the id '" + variables[i].id + "' too");
    }
}

} // namespace stepwell::domain
