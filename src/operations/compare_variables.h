// Compares the variables of two contents as runs of one runbook would use them.
#pragma once
#include "operations/snapshot_differences.h"

namespace stepwell::operations {

// Returns true if two rows of secrets have the same value.
using SameSecret = std::function<bool(std::int64_t, std::int64_t)>;

// Returns the values that a run of `now` would use differently: added, removed or changed values, and values that now
// win because their order changed. Omits values that are never used because another value always takes precedence.
std::vector<VariableDifference> compare_variables(domain::SnapshotContent const& frozen,
                                                  domain::SnapshotContent const& now, domain::Runbook const& runbook,
                                                  SameSecret const& same_secret);

} // namespace stepwell::operations
