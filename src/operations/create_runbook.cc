#include "operations/create_runbook.h"

#include "base/error.h"
#include "base/text.h"

namespace stepwell::operations {

using namespace domain;

[[noreturn]] void refuse_snapshot(Runbook const& runbook) {
    base::reject("PublishedRunbookSnapshotId", "'" + runbook.published_snapshot.value +
                                                   "' is not a snapshot of the runbook '" + runbook.name + "'");
}

void give_ids(ChangeContext const& context, Runbook& runbook) {
    auto const project =
        load_referenced(context.session, noun_of<Project>(), runbook.project.value, runbook.space_id, "ProjectId");
    if (runbook.id.empty()) runbook.id = context.store.next_id(Runbook::prefix);
    runbook.project.value = project.id;
    runbook.process = "RunbookProcess-" + runbook.id;
    runbook.published_snapshot = {};
}

void add_process(ChangeContext const& context, Runbook const& runbook, RunbookProcess process, Change& change) {
    process.id = runbook.process;
    process.space_id = runbook.space_id;
    process.project = runbook.project;
    process.runbook.value = runbook.id;
    change.insert(store::draft_of(context.store, context.caller.actor, process));
}

Stored create_runbook(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body) {
    return create(store, caller, noun_of<Runbook>(), space_id, body);
}

void settle_runbook(ChangeContext const& context, Document& next, Document const* before, Change& rest) {
    auto& runbook = static_cast<Runbook&>(next);
    auto& published = runbook.published_snapshot.value;
    if (!before) {
        if (!published.empty()) refuse_snapshot(runbook);
        give_ids(context, runbook);
        return add_process(context, runbook, {}, rest);
    }
    if (published.empty()) return;
    auto snapshot = store::find<RunbookSnapshot>(context.session, published, runbook.space_id);
    if (!snapshot || !base::equal_ignoring_case(snapshot->runbook.value, runbook.id))
        refuse_snapshot(runbook);
    published = snapshot->id;
}

} // namespace stepwell::operations
