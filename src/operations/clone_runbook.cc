#include "operations/clone_runbook.h"

#include "base/error.h"
#include "operations/copies.h"
#include "operations/create_runbook.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using namespace domain;
using store::Session;

Stored clone_runbook(Store& store, Caller const& caller, std::string const& space_id, std::string const& source_id,
                     base::Json const& body) {
    auto stored = store.read(
        [&](Session& session) { return store::find_document(session, noun_of<Runbook>(), source_id, space_id); });
    if (!stored) base::reject("clone", "there is no runbook '" + source_id + "'");
    auto source = store::parse<Runbook>(*stored);
    auto merged = laid_over(stored->json, body);
    merged.as_object()["ProjectId"] = source.project.value; // variables stay where they are
    return create_runbook(store, caller, space_id, merged, [&](Session& session) {
        auto process = store::load<RunbookProcess>(session, source.process);
        reveal_secrets(session, store.key(), noun_of<RunbookProcess>(), process);
        Renaming names;
        renew(process.steps, names);
        process.version = 0;
        process.last_snapshot.reset();
        return process;
    });
}

} // namespace stepwell::operations
