// The variables of two contents, as runs of one runbook would use them.
#pragma once
#include "operations/snapshot_differences.h"

namespace stepwell::operations {

// Whether two rows of secrets hold the same.
using SameSecret = std::function<bool(std::int64_t, std::int64_t)>;

// What a run of `now` would use otherwise: a value that came, went or became another, or one that counts because it
// stands before another one now. What counts nowhere, because another value always goes before it, is left out.
std::vector<VariableDifference> compare_variables(domain::SnapshotContent const& frozen,
                                                  domain::SnapshotContent const& now, domain::Runbook const& runbook,
                                                  SameSecret const& same_secret);

} // namespace stepwell::operations
