#pragma once
#include "domain/content.h"
#include "domain/lint.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Replaces the steps of a runbook process or a deployment process. Takes ids and slugs that the client omitted from the
// previous state. Throws Error{invalid} if the id is that of a frozen process.
Stored save_process(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
                    std::string_view id, base::Json const& body, std::optional<std::int64_t> if_match = {});

// The settle functions of processes (rules.h). The second one throws Error{invalid} if the runbook has StrictInputs and
// inserts answers into its scripts.
void settle_process(ChangeContext const& context, Document& next, Document const* before, Change& rest);
void settle_runbook_process(ChangeContext const& context, Document& next, Document const* before, Change& rest);

// Returns warnings about features of steps that this server does not support yet.
std::vector<domain::Lint> lint_steps(store::Session& session, std::vector<domain::Step> const& steps,
                                     std::string const& space_id);
// Returns warnings about a saved process, with the variables of its project.
std::vector<domain::Lint> lint_process(store::Session& session, domain::Process const& process);
// Throws Error{invalid}, which names steps and variables, if the runbook has StrictInputs and inserts answers into its
// scripts.
void refuse_loose_inputs(domain::Runbook const& runbook, domain::SnapshotContent const& content);

} // namespace stepwell::operations
