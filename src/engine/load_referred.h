// Reads the documents that variables of a run refer to, as they are now: nobody freezes them.
#pragma once
#include "domain/referred.h"
#include "store/store.h"

namespace stepwell::engine {

// Of any value, whichever counts, and of answers to prompts (by id or name of the variable); only those of the space.
// Without a key their secrets stay closed: sensitive properties are there without a text.
domain::Referred load_referred(store::Session& session, domain::SnapshotContent const& content,
                               domain::Bag<std::string> const& answers, std::string const& space_id,
                               base::KeyRing const* key);

} // namespace stepwell::engine
