#pragma once
#include "domain/content.h"
#include "domain/lint.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Replaces the steps of a runbook process or a deployment process. Ids and slugs that were left out come from the
// process as it was. A frozen one is Error{invalid}.
Stored save_process(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
                    std::string_view id, base::Json const& body, std::optional<std::int64_t> if_match = {});

// Of rules.h. Throws Error{invalid} for a runbook with StrictInputs that takes answers into its scripts.
void settle_process(ChangeContext const& context, Document& next, Document const* before, Change& rest);
void settle_runbook_process(ChangeContext const& context, Document& next, Document const* before, Change& rest);

// What steps ask for and this server does not do yet.
std::vector<domain::Lint> lint_steps(store::Session& session, std::vector<domain::Step> const& steps,
                                     std::string const& space_id);
// What is odd about a saved process, given the variables of its project.
std::vector<domain::Lint> lint_process(store::Session& session, domain::Process const& process);
// Error{invalid} that names steps and variables when a runbook with StrictInputs takes answers into its scripts.
void refuse_loose_inputs(domain::Runbook const& runbook, domain::SnapshotContent const& content);

} // namespace stepwell::operations
