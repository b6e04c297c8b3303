// A project is created with its variables, a deployment process and the channel Default, in the same moment.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// What belongs to a project from its first moment. Owner, space and slugs are given by add_parts().
struct ProjectParts {
    struct RunbookParts {
        domain::Runbook runbook; // with its id
        domain::RunbookProcess process;
    };
    domain::DeploymentProcess process;
    domain::VariableSet variables;
    std::vector<domain::Channel> channels; // with their ids
    std::vector<RunbookParts> runbooks;
};
// Gives a new project its id, and the ids of what belongs to it.
void give_ids(Store& store, domain::Project& project);
// Adds the documents of the parts, owners before what they own.
void add_parts(ChangeContext const& context, domain::Project const& project, ProjectParts parts, Change& change);

Stored create_project(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body);

// Of rules.h.
void settle_project(ChangeContext const& context, Document& next, Document const* before, Change& rest);

} // namespace stepwell::operations
