// The highest number given to an id of each prefix, so that none is given twice.
#pragma once
#include "store/session.h"

namespace stepwell::store {

// Records the number of a new id; an id without one is ignored. In the transaction that stores what has the id.
void note_number(Session& session, std::string_view id);

} // namespace stepwell::store
