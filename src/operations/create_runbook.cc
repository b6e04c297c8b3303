#include "operations/create_runbook.h"

#include "base/error.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

Stored create_runbook(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body,
                      MakeProcess const& make) {
    std::optional<store::Draft> process_draft;
    Extras extras;
    extras.settle = [&](Session& session, Document& next, Document const*) {
        auto& runbook = static_cast<Runbook&>(next);
        auto project = store::find_document(session, noun_of<Project>(), runbook.project.value, space_id);
        if (!project) base::reject("ProjectId", "there is no project '" + runbook.project.value + "'");
        if (runbook.id.empty()) runbook.id = store.next_id(Runbook::prefix);
        runbook.project.value = project->id;
        runbook.process = "RunbookProcess-" + runbook.id;
        runbook.published_snapshot = {};
        auto process = make ? make(session) : RunbookProcess{};
        process.id = runbook.process;
        process.space_id = space_id;
        process.project = runbook.project;
        process.runbook.value = runbook.id;
        process_draft = store::draft_of(store, caller.actor, process);
    };
    extras.also = [&](Transaction& transaction, Document const&) {
        store::insert_document(transaction, *process_draft);
    };
    return create(store, caller, noun_of<Runbook>(), space_id, body, extras);
}

} // namespace stepwell::operations
