// Creates projects. A project is created in one transaction with its variables, a deployment process and the channel
// Default.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// The parts that every project has from its creation. add_parts() sets owner, space and slugs.
struct ProjectParts {
    struct RunbookParts {
        domain::Runbook runbook; // has its id
        domain::RunbookProcess process;
    };
    domain::DeploymentProcess process;
    domain::VariableSet variables;
    std::vector<domain::Channel> channels; // have their ids
    std::vector<RunbookParts> runbooks;
};
// Sets the id of a new project and the ids of its parts.
void give_ids(Store& store, domain::Project& project);
// Adds the documents of the parts. Owners precede the documents that they own.
void add_parts(ChangeContext const& context, domain::Project const& project, ProjectParts parts, Change& change);

Stored create_project(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body);

// The settle function of projects (rules.h).
void settle_project(ChangeContext const& context, Document& next, Document const* before, Change& rest);

// Throws Error{invalid} if the project names a runbook or a channel of another project. Accepts those of `before`; it
// may be null.
void check_own_parts(store::Session& session, domain::Project const& next, domain::Project const* before,
                     std::string const& project_id);

} // namespace stepwell::operations
