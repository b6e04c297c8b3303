#include "domain/lint_variables.h"

#include "base/text.h"
#include "domain/lint_steps.h"
#include "domain/scope_dimensions.h"
#include "domain/system_variables.h"
#include "variables/masking.h"

namespace stepwell::domain {

namespace {

// If the variable is scoped to environments, the document must be usable in each of them.
std::optional<std::string> find_fault_of_reference(Variable const& variable, Referred const& referred) {
    auto type = find_referring_type(variable);
    if (!type) return std::nullopt;
    Reference const reference{type, variable.name, *variable.value.text};
    auto fault = find_fault(reference, referred);
    auto environments = variable.scope.find("Environment");
    if (fault || !environments) return fault;
    for (auto const& id : *environments) {
        variables::Context there;
        there.hold("Environment", id);
        if (auto limited = find_fault(reference, referred, there, id)) return limited;
    }
    return std::nullopt;
}

std::optional<std::string> find_fault_of_default(Variable const& variable, std::optional<std::int64_t> secret,
                                                 Reveal const& reveal, NamesOf const& names) {
    if (!variable.prompt) return std::nullopt;
    base::Problems ignored; // invalid settings are rejected when the set is saved
    Reading reading{schema::Origin::store, ignored};
    Prompt const prompt{&variable, *variable.prompt, read_rules(*variable.prompt, reading, {}), secret};
    auto fault = find_fault_of_default(prompt, reveal, names);
    if (fault) fault->insert(0, "the prompt '" + variable.name + "': ");
    return fault;
}

// Returns why a concurrency tag has no effect. OneAtATime of a runbook does not depend on the tag.
std::optional<std::string> find_fault_of_tag(Variable const& variable) {
    if (!base::equal_ignoring_case(variable.name, concurrency_tag_name) || variable.prompt) return std::nullopt;
    if (variable.is_sensitive) return "'" + variable.name + "' has no effect: a sensitive value is not used as a tag";
    if (!base::trim(variable.value.text.value_or("")).empty()) return std::nullopt;
    return "'" + variable.name + "' has no effect because it is blank. It does not override OneAtATime of the runbook";
}

// Adds a warning for each dimension in which no run can be.
void lint_scope(Variable const& variable, std::string const& path, std::vector<Lint>& lints) {
    for (auto const& [dimension, ids] : variable.scope.items)
        for (auto const& [name, missing] : scope_dimensions)
            if (!missing.empty() && base::equal_ignoring_case(name, dimension))
                lints.push_back({path + dimension, "'" + variable.name + "' does not apply: " + std::string(missing)});
}

} // namespace

std::optional<std::string> find_fault_of_property(Variable const& variable) {
    bool const is_known = !variable.is_sensitive && !variable.prompt && variable.value.text;
    auto const missing = find_missing_feature(variable.name, is_known ? &*variable.value.text : nullptr);
    if (!missing) return std::nullopt;
    return "the variable '" + variable.name + "' has no effect: " + std::string(*missing);
}

std::vector<Lint> lint_variables(SnapshotContent const& content, Referred const& referred, Reveal const& reveal,
                                 NamesOf const& names) {
    std::vector<Lint> lints;
    std::string set_id;
    std::size_t index = 0;
    for_each_variable(content, [&](Variable const& variable, VariableOrigin const& origin) {
        index = origin.variable_set_id == set_id ? index + 1 : 0;
        set_id = origin.variable_set_id;
        auto path = origin.library_set ? set_id + "." : std::string();
        path += "Variables[" + std::to_string(index) + "]";
        lint_scope(variable, path + ".Scope.", lints);
        if (auto fault = find_fault_of_property(variable)) lints.push_back({path + ".Name", *fault});
        path += ".Value";
        if (auto fault = find_fault_of_reference(variable, referred)) lints.push_back({path, *fault});
        if (auto fault = find_fault_of_tag(variable)) lints.push_back({path, *fault});
        auto secret = variable.is_sensitive ? content.secret_of(set_id, variable) : std::nullopt;
        if (auto fault = find_fault_of_default(variable, secret, reveal, names)) lints.push_back({path, *fault});
        if (secret && !variables::is_long_enough_to_mask(reveal(*secret)))
            lints.push_back({path, "the value of '" + variable.name +
                                       "' is too short to be masked in logs; the minimum is " +
                                       std::to_string(variables::shortest_masked) + " bytes"});
    });
    return lints;
}

} // namespace stepwell::domain
