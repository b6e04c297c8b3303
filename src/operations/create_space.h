// A space is created with all that clients expect to find in it, in the same moment.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

Stored create_space(Store& store, Caller const& caller, domain::Space const& space);
// Gives a new space its id and adds its first documents. Does not check who manages it.
void prepare_new_space(ChangeContext const& context, domain::Space& space, Change& rest);

// Of rules.h. Throws Error{invalid} if the teams or users that manage the space do not exist.
void settle_space(ChangeContext const& context, Document& next, Document const* before, Change& rest);
void check_space_deletion(ChangeContext const& context, Stored const& space, Change& first);

} // namespace stepwell::operations
