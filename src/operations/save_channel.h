// Rules for the channels of a project. Exactly one of them is the default channel.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// The settle function of channels (rules.h).
void settle_channel(ChangeContext const& context, Document& next, Document const* before, Change& rest);
// Throws Error{invalid} if the channel is the default.
void check_channel_deletion(ChangeContext const& context, Stored const& channel, Change& first);

} // namespace stepwell::operations
