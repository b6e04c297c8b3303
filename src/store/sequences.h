// The highest number assigned per id prefix, so that no number is assigned twice.
#pragma once
#include "store/session.h"

namespace stepwell::store {

// Records the number of a new id; ignores an id without a number. Call in the transaction that stores the document.
void note_number(Session& session, std::string_view id);

} // namespace stepwell::store
