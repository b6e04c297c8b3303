#pragma once
#include "domain/content.h"
#include "store/store.h"

namespace stepwell::operations {

// Whether a run of frozen content would use something else than a run of another content would. What no run looks at,
// such as notes and descriptions, does not count; nor does a secret that was saved again with the same value.
struct Drift {
    bool process = false, variables = false;
};
Drift drift_between(store::Session& session, base::SecretKey const& key, domain::SnapshotContent frozen,
                    domain::SnapshotContent now);

} // namespace stepwell::operations
