#include "operations/frozen.h"

#include "base/error.h"
#include "store/contents.h"
#include "store/runs.h"
#include "store/tables.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

std::optional<SnapshotContent> find_frozen_content(Session& session, std::string const& id,
                                                   std::string const& space_id) {
    auto frozen = store::find_frozen(session, id);
    if (!frozen || !base::equal_ignoring_case(frozen->space_id, space_id)) return std::nullopt;
    return store::load_content(session, frozen->digest);
}

Stored stored_of(Noun const& noun, SpaceDocument const& object) {
    Stored stored;
    stored.version = 1; // frozen copies never change
    stored.id = object.id;
    stored.space_id = object.space_id;
    base::JsonWriter to(stored.json);
    schema::write(*noun.type, &object, to);
    stored.link_values = link_values_of(noun, &object);
    return stored;
}

} // namespace

std::string frozen_id(std::string const& live_id, std::int64_t version) {
    return live_id + "-s-" + std::to_string(version) + '-' + base::random_letters(5);
}

std::string live_id_of(std::string const& frozen_id) { return frozen_id.substr(0, frozen_id.rfind("-s-")); }

void give_frozen_ids(RunbookSnapshot& snapshot, SnapshotContent const& content) {
    snapshot.variable_snapshot = frozen_id(content.variable_set_id, content.variable_set_version);
    snapshot.library_sets.clear();
    snapshot.library_snapshots.clear();
    for (auto const& set : content.library_sets) {
        snapshot.library_sets.push_back({set.id});
        snapshot.library_snapshots.push_back(frozen_id(set.variable_set_id, set.version));
    }
}

void insert_frozen(Transaction& transaction, RunbookSnapshot const& snapshot, std::string const& bytes) {
    auto& session = transaction.session;
    store::insert_content(session, snapshot.content, bytes);
    auto ids = snapshot.library_snapshots;
    ids.push_back(snapshot.variable_snapshot);
    if (!store::find_frozen(session, snapshot.frozen_process)) ids.push_back(snapshot.frozen_process);
    for (auto const& id : ids) store::insert_frozen(session, id, snapshot.content, snapshot.space_id);
}

std::optional<Stored> find_frozen_process(Session& session, std::string const& id, std::string const& space_id) {
    auto content = find_frozen_content(session, id, space_id);
    auto process = content ? store::find<RunbookProcess>(session, content->process_id) : std::nullopt;
    if (!process) return std::nullopt;
    RunbookProcess frozen;
    frozen.id = id;
    frozen.space_id = process->space_id;
    frozen.project = process->project;
    frozen.runbook = process->runbook;
    frozen.version = content->process_version;
    frozen.steps = std::move(content->steps);
    frozen.outputs = std::move(content->outputs);
    return stored_of(noun_of<RunbookProcess>(), frozen);
}

std::optional<Stored> find_frozen_variables(Session& session, std::string const& id, std::string const& space_id) {
    auto content = find_frozen_content(session, id, space_id);
    auto live_id = live_id_of(id);
    auto set = content ? store::find<VariableSet>(session, live_id) : std::nullopt;
    if (!set) return std::nullopt;
    VariableSet frozen;
    frozen.id = id;
    frozen.space_id = set->space_id;
    frozen.owner_id = set->owner_id;
    frozen.version = content->variable_set_version;
    frozen.variables = std::move(content->variables);
    for (auto& library : content->library_sets)
        if (base::equal_ignoring_case(library.variable_set_id, live_id)) {
            frozen.version = library.version;
            frozen.variables = std::move(library.variables);
        }
    return stored_of(noun_of<VariableSet>(), frozen);
}

void refuse_if_frozen(Session& session, std::string_view id) {
    if (store::find_frozen(session, id))
        base::reject("Id", "'" + std::string(id) + "' is a frozen copy, which cannot be changed");
}

} // namespace stepwell::operations
