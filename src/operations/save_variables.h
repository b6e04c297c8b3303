#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Replaces the variables of a set. A sensitive one that brings no value keeps what is stored under its id; a new one
// may have none, as a prompt for a secret does. A frozen set is Error{invalid}.
Stored save_variables(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                      base::Json const& body, std::optional<std::int64_t> if_match = {});

// Of rules.h.
void settle_variables(ChangeContext const& context, Document& next, Document const* before, Change& rest);

} // namespace stepwell::operations
