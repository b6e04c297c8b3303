#include "operations/lint_values.h"

#include "domain/lint_members.h"
#include "engine/load_referred.h"
#include "operations/check_scopes.h"
#include "operations/live_content.h"
#include "operations/pickers.h"
#include "operations/save_process.h"
#include "store/contents.h"
#include "store/secrets.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

std::vector<Lint> lint(Store const& store, Session& session, SnapshotContent const& content,
                       std::string const& space_id) {
    auto referred = engine::load_referred(session, content, {}, space_id, nullptr);
    auto reveal = [&](std::int64_t number) { return store::reveal_secret(session, store.key(), number); };
    Pickers pickers(session, space_id);
    return lint_variables(content, referred, reveal, pickers.names_of());
}

} // namespace

std::vector<Lint> lint_set(Store const& store, Session& session, VariableSet const& set) {
    auto lints = lint(store, session, freeze(Process{}, set, pinned_secrets(session, set.id)), set.space_id);
    for (auto& each : lint_scopes(session, set)) lints.push_back(std::move(each));
    return lints;
}

std::vector<Lint> lint_snapshot(Store const& store, Session& session, std::string const& snapshot_id) {
    auto snapshot = store::load<RunbookSnapshot>(session, snapshot_id);
    auto content = store::load_content(session, snapshot.content);
    auto lints = lint_steps(session, content.steps, snapshot.space_id);
    for (auto& each : lint(store, session, content, snapshot.space_id)) lints.push_back(std::move(each));
    auto const runbook = store::load<Runbook>(session, snapshot.runbook.value);
    for (auto& each : lint_members(noun_of<Runbook>(), runbook))
        lints.push_back({"Runbook." + each.path, std::move(each.message)});
    return lints;
}

} // namespace stepwell::operations
