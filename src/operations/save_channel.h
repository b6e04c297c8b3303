// Channels of a project: exactly one of them is the default.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

Stored create_channel(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body);
Stored modify_channel(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                      base::Json const& body, std::optional<std::int64_t> if_match = {});
// For deleting one: throws Error{invalid} when it is the default.
void refuse_if_default_channel(store::Session& session, Stored const& channel);

} // namespace stepwell::operations
