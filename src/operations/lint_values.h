#pragma once
#include "domain/lint_variables.h"
#include "operations/documents.h"

namespace stepwell::operations {

// What is odd about the values of a set as it is, or of all that a snapshot froze; documents that they refer to are
// looked at as they are now.
std::vector<domain::Lint> lint_set(Store const& store, store::Session& session, domain::VariableSet const& set);
std::vector<domain::Lint> lint_snapshot(Store const& store, store::Session& session, std::string const& snapshot_id);

} // namespace stepwell::operations
