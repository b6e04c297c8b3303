// Values that will do harm where they count: references to what is not there, secrets that cannot be masked.
#pragma once
#include "domain/lint.h"
#include "domain/referred.h"

namespace stepwell::domain {

// Of all variables of the content, wherever they count. No secret is told, nor how long it is.
std::vector<Lint> lint_variables(SnapshotContent const& content, Referred const& referred, Reveal const& reveal);

} // namespace stepwell::domain
