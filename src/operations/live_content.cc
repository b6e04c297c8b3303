#include "operations/live_content.h"

#include "store/secrets.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

template <class T> Stored load_row(Session& session, std::string const& id) {
    auto stored = store::find_document(session, noun_of<T>(), id, {});
    if (!stored) store::throw_not_found(id);
    return std::move(*stored);
}

template <class T> bool is_at(Session& session, std::string const& id, std::int64_t version) {
    auto stored = store::find_document(session, noun_of<T>(), id, {});
    return stored && stored->version == version;
}

} // namespace

std::vector<PinnedSecret> pinned_secrets(Session& session, std::string const& owner) {
    std::vector<PinnedSecret> pinned;
    for (auto const& [path, number] : store::current_secrets(session, owner)) pinned.push_back({owner, path, number});
    return pinned;
}

LiveContent load_live_content(Session& session, Runbook const& runbook) {
    auto process = load_row<RunbookProcess>(session, runbook.process);
    auto variables = load_row<VariableSet>(session, "variableset-" + runbook.project.value);
    auto secrets = pinned_secrets(session, process.id);
    for (auto& secret : pinned_secrets(session, variables.id)) secrets.push_back(std::move(secret));
    LiveContent live;
    live.content = freeze(store::parse<RunbookProcess>(process), store::parse<VariableSet>(variables), std::move(secrets));
    live.process_row = process.version;
    live.variables_row = variables.version;
    return live;
}

bool is_current(Session& session, LiveContent const& live) {
    return is_at<RunbookProcess>(session, live.content.process_id, live.process_row) &&
           is_at<VariableSet>(session, live.content.variable_set_id, live.variables_row);
}

} // namespace stepwell::operations
