#include "operations/clone_runbook.h"

#include "base/error.h"
#include "base/text.h"
#include "operations/copies.h"
#include "operations/create_runbook.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

Change clone_of(ChangeContext const& context, std::string const& space_id, std::string const& source_id,
                base::Json const& body) {
    auto& session = context.session;
    auto const stored = load_referenced(session, noun_of<Runbook>(), source_id, space_id, "clone");
    auto const source = store::parse<Runbook>(stored);
    auto runbook = schema::read_as<Runbook>(laid_over(stored.json, body));
    runbook.space_id = space_id;
    if (!refers_to(session, runbook.project.value, source.project.value, space_id))
        base::reject("ProjectId", "must be the project of the runbook to clone, '" + source.project.value + "'");
    runbook.project = source.project;
    auto const& published = runbook.published_snapshot.value;
    if (!published.empty() && !base::equal_ignoring_case(published, source.published_snapshot.value))
        refuse_snapshot(runbook);
    give_ids(context, runbook);
    auto process = store::load<RunbookProcess>(session, source.process);
    reveal_secrets(session, context.store.key(), noun_of<RunbookProcess>(), process);
    Renaming names;
    renew(process.steps, names);
    process.version = 0;
    process.last_snapshot.reset();
    Change change;
    add_new(context, noun_of<Runbook>(), runbook, change);
    add_process(context, runbook, std::move(process), change);
    return change;
}

} // namespace

Stored clone_runbook(Store& store, Caller const& caller, std::string const& space_id, std::string const& source_id,
                     base::Json const& body) {
    return commit_document(
        store, [&](Session& session) { return clone_of({store, session, caller}, space_id, source_id, body); });
}

} // namespace stepwell::operations
