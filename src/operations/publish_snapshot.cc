#include "operations/publish_snapshot.h"

#include "base/error.h"
#include "base/text.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

void settle_runbook(Session& session, Document& next, Document const*) {
    auto& runbook = static_cast<Runbook&>(next);
    auto& published = runbook.published_snapshot.value;
    if (published.empty()) return;
    auto snapshot = store::find<RunbookSnapshot>(session, published, runbook.space_id);
    if (!snapshot || !base::equal_ignoring_case(snapshot->runbook.value, runbook.id))
        base::reject("PublishedRunbookSnapshotId",
                     "'" + published + "' is not a snapshot of the runbook '" + runbook.name + "'");
    published = snapshot->id;
}

void refuse_if_published(Session& session, Stored const& stored) {
    auto snapshot = store::parse<RunbookSnapshot>(stored);
    auto runbook = store::load<Runbook>(session, snapshot.runbook.value);
    if (base::equal_ignoring_case(runbook.published_snapshot.value, snapshot.id))
        base::reject("", "The snapshot '" + snapshot.name +
                             "' cannot be deleted: it is the published one of the runbook '" + runbook.name +
                             "'. Publish another one before.");
}

} // namespace stepwell::operations
