// A space is born with all that clients expect to find in it, in the same moment.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// `id` empty: the next one.
Stored create_space(Store& store, Actor const& actor, domain::Space space, std::string id = {});

} // namespace stepwell::operations
