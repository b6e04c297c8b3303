// Creates runbooks. A runbook is created in one transaction with its process. To publish, change its reference to a
// snapshot.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Sets the ids of a new, unpublished runbook and of its process. Throws Error{invalid} if it has no project.
void give_ids(ChangeContext const& context, domain::Runbook& runbook);
// Adds the process of a runbook to the change.
void add_process(ChangeContext const& context, domain::Runbook const& runbook, domain::RunbookProcess process,
                 Change& change);

Stored create_runbook(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body);

// The settle function of runbooks (rules.h). Checks that the published snapshot belongs to the runbook.
void settle_runbook(ChangeContext const& context, Document& next, Document const* before, Change& rest);

// Throws Error{invalid} about the published snapshot of the runbook, which is not one of its own.
[[noreturn]] void refuse_snapshot(domain::Runbook const& runbook);

} // namespace stepwell::operations
