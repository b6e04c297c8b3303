#pragma once
#include "operations/variable_view.h"

namespace stepwell::operations {

// The variables of a project that count there, by name, with `#{…}` filled in as far as it is known. A value that a
// sensitive one went into is not shown.
domain::VariableSet preview_variables(Store& store, std::string const& space_id, VariableContext const& context);

// Names that can be used in a project: those the server knows and the project's own; by name, none twice. `project` may
// be empty.
std::vector<std::string> variable_names(store::Session& session, std::string const& project_id);

} // namespace stepwell::operations
