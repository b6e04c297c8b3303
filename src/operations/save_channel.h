// Channels of a project: exactly one of them is the default.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Of rules.h.
void settle_channel(ChangeContext const& context, Document& next, Document const* before, Change& rest);
// Throws Error{invalid} for the default channel.
void check_channel_deletion(ChangeContext const& context, Stored const& channel, Change& first);

} // namespace stepwell::operations
