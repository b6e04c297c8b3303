// The scopes of variables: their dimensions, and the documents that they name.
#pragma once
#include "domain/lint.h"
#include "operations/change.h"

namespace stepwell::operations {

// Throws Error{invalid} for each scope that cannot be: an unknown dimension, one that a library variable set cannot
// use, or an id that no document has. Accepts scopes of `before`, whose documents may have been deleted since; it may
// be null.
void check_scopes(store::Session& session, domain::VariableSet const& set, domain::VariableSet const* before);
// Returns warnings about values that are scoped to steps that no process of the project has.
std::vector<domain::Lint> lint_scopes(store::Session& session, domain::VariableSet const& set);

} // namespace stepwell::operations
