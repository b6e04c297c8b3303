#pragma once
#include "base/text.h"
#include "domain/noun.h"
#include "domain/resources/lifecycle.h"

#include <set>

namespace stepwell::domain {

using EnvironmentIds = std::set<std::string, base::LessIgnoringCase>;

// Returns the environments in a lifecycle. Returns nullopt if it includes all environments: it has no phases, or one of
// its phases lists no environment.
std::optional<EnvironmentIds> environments_of(Lifecycle const& lifecycle);

} // namespace stepwell::domain
