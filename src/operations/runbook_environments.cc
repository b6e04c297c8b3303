#include "operations/runbook_environments.h"

#include "domain/lifecycle.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

using Ids = EnvironmentIds;

// Returns the lifecycles of a project and of its channels.
std::vector<Lifecycle> lifecycles_of(Session& session, Project const& project) {
    std::vector<Lifecycle> lifecycles{store::load<Lifecycle>(session, project.lifecycle.value)};
    store::ListQuery query{project.space_id, {}, {}, {{"ProjectId", {project.id}}}, 0, store::everything};
    for (auto const& row : store::list_documents(session, noun_of<Channel>(), query).items)
        if (auto id = store::parse<Channel>(row).lifecycle; !id.empty())
            if (auto found =
                    // channels from older versions may refer to a deleted lifecycle
                store::find<Lifecycle>(session, id.value, project.space_id))
                lifecycles.push_back(std::move(*found));
    return lifecycles;
}

// Returns the environments of all lifecycles together; nullopt if one of them includes every environment.
std::optional<Ids> ids_of_lifecycles(Session& session, Runbook const& runbook) {
    Ids all;
    for (auto const& lifecycle : lifecycles_of(session, store::load<Project>(session, runbook.project.value))) {
        auto ids = environments_of(lifecycle);
        if (!ids) return std::nullopt;
        all.merge(*ids);
    }
    return all;
}

std::optional<Ids> allowed_ids(Session& session, Runbook const& runbook) {
    if (runbook.environment_scope == EnvironmentScope::all) return std::nullopt;
    if (runbook.environment_scope == EnvironmentScope::from_project_lifecycles)
        return ids_of_lifecycles(session, runbook);
    Ids ids;
    for (auto const& id : runbook.environments) ids.insert(id.value);
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
