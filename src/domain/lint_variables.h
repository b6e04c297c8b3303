// Values that will do harm where they count: references to what is not there, secrets that cannot be masked, defaults
// of prompts that nobody could give as answers.
#pragma once
#include "domain/answers.h"
#include "domain/lint.h"
#include "domain/referred.h"

namespace stepwell::domain {

// Of all variables of the content, wherever they count. No secret is told, nor how long it is.
std::vector<Lint> lint_variables(SnapshotContent const& content, Referred const& referred, Reveal const& reveal,
                                 NamesOf const& names);

} // namespace stepwell::domain
