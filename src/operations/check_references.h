#pragma once
#include "engine/live_task.h"

namespace stepwell::operations {

// Adds a problem for each value that counts in a step that may run and refers to what it cannot use: nothing that is
// there, a document of another kind, one limited to other environments. A value that no such step asks for is no
// problem unless it was answered. `answers_member` is where answers were sent.
void check_references(engine::Subjects const& subjects, std::string const& answers_member, base::Time now,
                      base::Problems& problems);

} // namespace stepwell::operations
