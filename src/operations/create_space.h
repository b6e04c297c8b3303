// A space is born with all that clients expect to find in it, in the same moment.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// `before` writes more in the same transaction, ahead of what the space is born with.
Stored create_space(Store& store, Caller const& caller, domain::Space space,
                    std::function<void(Transaction&)> const& before = {});

// Throws Error{invalid} if the teams or users that manage `next` do not exist. Those of `before`, and the team that
// every space has, are not checked.
void check_managers(store::Session& session, domain::Space const& next, domain::Space const* before);

} // namespace stepwell::operations
