#pragma once
#include "operations/change.h"

namespace stepwell::operations {

// Throws Error{invalid} for each loose id (schema/type.h) of `next` that no document has. Accepts the ids of `before`,
// whose documents may have been deleted since; it may be null.
void check_loose_references(store::Session& session, Noun const& noun, std::string const& space_id, Document& next,
                            Document* before);

} // namespace stepwell::operations
