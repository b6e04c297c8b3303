// A runbook is created with its process, in the same moment. Publishing is a change of its pointer to a snapshot.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Gives a new, unpublished runbook its id and that of its process. Throws Error{invalid} if it has no project.
void give_ids(ChangeContext const& context, domain::Runbook& runbook);
// Adds its process.
void add_process(ChangeContext const& context, domain::Runbook const& runbook, domain::RunbookProcess process,
                 Change& change);

Stored create_runbook(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body);

// Of rules.h: what a runbook publishes is a snapshot of its own.
void settle_runbook(ChangeContext const& context, Document& next, Document const* before, Change& rest);

} // namespace stepwell::operations
