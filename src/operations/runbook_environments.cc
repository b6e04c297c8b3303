#include "operations/runbook_environments.h"

#include "base/text.h"

#include <set>

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

using Ids = std::set<std::string, base::LessIgnoringCase>;

void add_ids(std::vector<base::Id<Environment>> const& list, Ids& to) {
    for (auto const& id : list) to.insert(id.value);
}

// Of all phases; nothing when there is a lifecycle without phases, which reaches every environment.
std::optional<Ids> ids_of_lifecycle(Session& session, Runbook const& runbook) {
    auto project = store::load<Project>(session, runbook.project.value);
    auto lifecycle = store::load<Lifecycle>(session, project.lifecycle.value);
    if (lifecycle.phases.empty()) return std::nullopt;
    Ids ids;
    for (auto const& phase : lifecycle.phases) {
        add_ids(phase.automatic, ids);
        add_ids(phase.optional, ids);
    }
    return ids;
}

std::optional<Ids> allowed_ids(Session& session, Runbook const& runbook) {
    if (runbook.environment_scope == EnvironmentScope::all) return std::nullopt;
    if (runbook.environment_scope == EnvironmentScope::from_project_lifecycles)
        return ids_of_lifecycle(session, runbook);
    Ids ids;
    add_ids(runbook.environments, ids);
    return ids;
}

} // namespace

std::vector<Stored> runbook_environments(Session& session, Runbook const& runbook) {
    store::ListQuery query{runbook.space_id, {}, {}, {}, 0, store::everything};
    auto listed = store::list_documents(session, noun_of<Environment>(), query);
    if (auto ids = allowed_ids(session, runbook))
        std::erase_if(listed.items, [&](Stored const& each) { return !ids->contains(each.id); });
    return std::move(listed.items);
}

bool may_run_in(Session& session, Runbook const& runbook, std::string const& environment_id) {
    auto ids = allowed_ids(session, runbook);
    return !ids || ids->contains(environment_id);
}

} // namespace stepwell::operations
