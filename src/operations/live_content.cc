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

namespace {

SnapshotContent load_live(Session& session, Process const& process, std::string const& project_id) {
    auto project = store::load<Project>(session, project_id);
    auto variables = store::load<VariableSet>(session, project.variable_set);
    auto content = freeze(process, variables, {});
    auto pin = [&](std::string const& owner) {
        for (auto& secret : pinned_secrets(session, owner)) content.secrets.push_back(std::move(secret));
    };
    pin(process.id);
    pin(variables.id);
    for (auto const& id : project.library_sets) {
        auto set = store::load<LibraryVariableSet>(session, id.value);
        content.library_sets.push_back(freeze(set, store::load<VariableSet>(session, set.variable_set)));
        check_variable_count(content); // checked before the next set is loaded, because a project may include many
        pin(set.variable_set);
    }
    content.settle();
    return content;
}

} // namespace

SnapshotContent load_live_variables(Session& session, std::string const& project_id) {
    return load_live(session, {}, project_id);
}

SnapshotContent load_live_content(Session& session, Runbook const& runbook) {
    return load_live(session, store::load<RunbookProcess>(session, runbook.process), runbook.project.value);
}

} // namespace stepwell::operations
