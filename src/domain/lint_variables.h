// Warnings about values that cause harm where they are used: references to missing documents, secrets that cannot be
// masked, defaults that are not valid answers to their prompts, concurrency tags without effect.
#pragma once
#include "domain/answers.h"
#include "domain/lint.h"
#include "domain/referred.h"

namespace stepwell::domain {

// Returns why a variable with the name of a property of steps has no effect, as a sentence; nullopt if it has one.
std::optional<std::string> find_fault_of_property(Variable const& variable);
// Returns the warnings about all variables of the content, whatever their scope. The texts contain neither a secret nor
// its length.
std::vector<Lint> lint_variables(SnapshotContent const& content, Referred const& referred, Reveal const& reveal,
                                 NamesOf const& names);

} // namespace stepwell::domain
