// Creates spaces. A space is created in one transaction with all documents that clients expect in it.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

Stored create_space(Store& store, Caller const& caller, domain::Space const& space);
// Adds the first documents of a new space, which has its id. Does not check the managers of the space.
void prepare_new_space(ChangeContext const& context, domain::Space& space, Change& rest);

// The settle function of spaces (rules.h). Throws Error{invalid} if the teams or users that manage the space do not
// exist.
void settle_space(ChangeContext const& context, Document& next, Document const* before, Change& rest);
void check_space_deletion(ChangeContext const& context, Stored const& space, Change& first);

} // namespace stepwell::operations
