#pragma once
#include "base/text.h"
#include "domain/noun.h"
#include "domain/resources/lifecycle.h"

#include <set>

namespace stepwell::domain {

using EnvironmentIds = std::set<std::string, base::LessIgnoringCase>;

// The environments that a lifecycle reaches; nullopt if it reaches all of them, which is so without phases and with a
// phase that names none.
std::optional<EnvironmentIds> environments_of(Lifecycle const& lifecycle);

} // namespace stepwell::domain
