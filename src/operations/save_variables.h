#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Replaces the variables of a set. A sensitive variable without a value keeps the one that is stored under its id. A
// new sensitive variable may have no value, for example a prompt for a secret. Throws Error{invalid} if the id is that
// of a frozen set.
Stored save_variables(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                      base::Json const& body, std::optional<std::int64_t> if_match = {});

// The settle function of variable sets (rules.h).
void settle_variables(ChangeContext const& context, Document& next, Document const* before, Change& rest);

} // namespace stepwell::operations
