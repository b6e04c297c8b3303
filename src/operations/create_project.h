// A project is born with its variables, a deployment process and the channel Default, in the same moment.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// What belongs to a project from its first moment. Owner, space and slugs are given when it is stored.
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
// Given the new project with its id; may change it.
using MakeParts = std::function<ProjectParts(store::Session&, domain::Project&)>;

// `make` empty: as every new project.
Stored create_project(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body,
                      MakeParts const& make = {});

} // namespace stepwell::operations
