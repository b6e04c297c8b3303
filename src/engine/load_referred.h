// Reads the documents that variables of a run refer to, such as accounts. Snapshots do not freeze them.
#pragma once
#include "domain/referred.h"
#include "store/store.h"

namespace stepwell::engine {

// Reads those of all values, whatever their scope, and of answers to prompts (by id or name of the variable), if they
// belong to the space. With a null key, sensitive properties have no text.
domain::Referred load_referred(store::Session& session, domain::SnapshotContent const& content,
                               domain::Bag<std::string> const& answers, std::string const& space_id,
                               base::KeyRing const* key);

} // namespace stepwell::engine
