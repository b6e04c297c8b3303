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

SnapshotContent load_live_content(Session& session, Runbook const& runbook) {
    auto process = store::load<RunbookProcess>(session, runbook.process);
    auto variables = store::load<VariableSet>(session, "variableset-" + runbook.project.value);
    auto project = store::load<Project>(session, runbook.project.value);
    auto content = freeze(process, variables, pinned_secrets(session, process.id));
    auto pin = [&](std::string const& owner) {
        for (auto& secret : pinned_secrets(session, owner)) content.secrets.push_back(std::move(secret));
    };
    pin(variables.id);
    for (auto const& id : project.library_sets) {
        auto set = store::load<LibraryVariableSet>(session, id.value);
        content.library_sets.push_back(freeze(set, store::load<VariableSet>(session, set.variable_set)));
        pin(set.variable_set);
    }
    content.settle();
    return content;
}

} // namespace stepwell::operations
