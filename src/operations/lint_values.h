#pragma once
#include "domain/lint_variables.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Returns warnings about the values of a current set, or of everything that a snapshot froze. Documents that the values
// refer to are read in their current state.
std::vector<domain::Lint> lint_set(Store const& store, store::Session& session, domain::VariableSet const& set);
std::vector<domain::Lint> lint_snapshot(Store const& store, store::Session& session, std::string const& snapshot_id);

} // namespace stepwell::operations
