#include "operations/save_snapshot.h"

#include "base/error.h"
#include "base/text.h"

namespace stepwell::operations {

using namespace domain;

void settle_snapshot(ChangeContext const&, Document& next, Document const* before, Change&) {
    if (!before) return;
    auto& snapshot = static_cast<RunbookSnapshot&>(next);
    auto name = std::move(snapshot.name);
    auto notes = std::move(snapshot.notes);
    snapshot = static_cast<RunbookSnapshot const&>(*before);
    snapshot.name = std::move(name);
    snapshot.notes = std::move(notes);
}

void check_snapshot_deletion(ChangeContext const& context, Stored const& stored, Change& first) {
    auto const snapshot = store::parse<RunbookSnapshot>(stored);
    auto const row = load_stored(context.session, noun_of<Runbook>(), snapshot.runbook.value, {});
    auto const runbook = store::parse<Runbook>(row);
    if (base::equal_ignoring_case(runbook.published_snapshot.value, snapshot.id))
        base::reject("", "The snapshot '" + snapshot.name +
                             "' cannot be deleted because it is the published snapshot of the runbook '" +
                             runbook.name + "'. Publish another snapshot first.");
    first.expect(noun_of<Runbook>(), row);
}

} // namespace stepwell::operations
