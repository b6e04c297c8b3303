// A space is born with all that clients expect to find in it, in the same moment.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// `before` writes more in the same transaction, ahead of what the space is born with.
Stored create_space(Store& store, Actor const& actor, domain::Space space,
                    std::function<void(Transaction&)> const& before = {});

} // namespace stepwell::operations
