#pragma once
#include "engine/live_task.h"

namespace stepwell::operations {

// Adds a problem for each value that is used in a step that may run and refers to a document it cannot use: one that
// does not exist, has another kind, or is limited to other environments. A value that no such step uses is a problem
// only if it was answered. `answers_member` is the member of the request that has the answers.
void check_references(engine::Subjects const& subjects, std::string const& answers_member, base::Time now,
                      base::Problems& problems);

} // namespace stepwell::operations
