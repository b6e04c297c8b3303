#include "operations/live_content.h"

#include "store/secrets.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

std::vector<PinnedSecret> pinned_secrets(Session& session, std::string const& owner) {
    std::vector<PinnedSecret> pinned;
    for (auto const& [path, number] : store::current_secrets(session, owner)) pinned.push_back({owner, path, number});
    return pinned;
}

SnapshotContent load_live_variables(Session& session, std::string const& project_id) {
    auto variables = store::load<VariableSet>(session, "variableset-" + project_id);
    return freeze({}, variables, pinned_secrets(session, variables.id));
}

SnapshotContent load_live_content(Session& session, Runbook const& runbook) {
    auto process = store::load<RunbookProcess>(session, runbook.process);
    auto variables = store::load<VariableSet>(session, "variableset-" + runbook.project.value);
    auto secrets = pinned_secrets(session, process.id);
    for (auto& secret : pinned_secrets(session, variables.id)) secrets.push_back(std::move(secret));
    return freeze(process, variables, std::move(secrets));
}

} // namespace stepwell::operations
