#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Replaces the steps of a runbook process or a deployment process. Ids and slugs that were left out come from the
// process as it was. A frozen one is Error{invalid}.
Stored save_process(Store& store, Actor const& actor, Noun const& noun, std::string const& space_id,
                    std::string_view id, base::Json const& body, std::optional<std::int64_t> if_match = {});

} // namespace stepwell::operations
