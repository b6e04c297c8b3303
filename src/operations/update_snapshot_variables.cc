#include "operations/update_snapshot_variables.h"

#include "base/error.h"
#include "operations/frozen.h"
#include "operations/live_content.h"
#include "schema/difference.h"
#include "store/runs.h"

#include <boost/json.hpp>
#include <set>

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

constexpr int most_tries = 20;

bool has_name(std::vector<Variable> const& variables, std::string const& name) {
    return std::ranges::any_of(variables, [&](auto const& each) { return base::equal_ignoring_case(each.name, name); });
}

// Throws when a name is that of no variable, or of another owner's.
void check_names(std::vector<NamedVariable> const& only, Runbook const& runbook, SnapshotContent const& old,
                 SnapshotContent const& now) {
    base::Problems problems;
    for (std::size_t i = 0; i < only.size(); ++i) {
        auto at = "Variables[" + std::to_string(i) + "].";
        auto const& [name, owner] = only[i];
        if (!owner.empty() && !base::equal_ignoring_case(owner, runbook.project.value) &&
            !base::equal_ignoring_case(owner, now.variable_set_id))
            problems.push_back({at + "OwnerId", "the snapshot holds no variables of '" + owner + "'"});
        else if (!has_name(old.variables, name) && !has_name(now.variables, name))
            problems.push_back({at + "Name", "there is no variable '" + name + "'"});
    }
    base::reject_if_any(std::move(problems));
}

// `old` with its variables, and their secrets, taken from `now`.
SnapshotContent with_variables_of(SnapshotContent old, SnapshotContent const& now,
                                  std::function<bool(std::string const&)> const& wanted) {
    std::set<std::string> renamed; // ids under which a wanted name stands now
    for (auto const& variable : now.variables)
        if (wanted(variable.name)) renamed.insert(base::to_lower(variable.id));
    auto goes = [&](Variable const& variable) {
        return wanted(variable.name) || renamed.contains(base::to_lower(variable.id));
    };
    auto take_secrets = [&](SnapshotContent const& from, auto const& chosen, std::vector<PinnedSecret>& to) {
        for (auto const& variable : from.variables)
            if (chosen(variable))
                if (auto number = from.secret_of(variable))
                    to.push_back({now.variable_set_id, "Variables[" + variable.id + "].Value", *number});
    };
    std::vector<PinnedSecret> secrets;
    for (auto const& secret : old.secrets)
        if (secret.owner == old.process_id) secrets.push_back(secret);
    take_secrets(old, [&](auto const& variable) { return !goes(variable); }, secrets);
    take_secrets(now, goes, secrets);
    std::erase_if(old.variables, goes);
    for (auto const& variable : now.variables)
        if (goes(variable)) old.variables.push_back(variable);
    old.variable_set_version = now.variable_set_version;
    old.secrets = std::move(secrets);
    old.settle();
    return old;
}

store::PreparedEvent event_of(Store& store, Actor const& actor, RunbookSnapshot const& snapshot,
                              SnapshotContent const& old, std::string const& bytes) {
    EventText text("Modified", snapshot.space_id);
    text.say("Variables of RunbookSnapshot ").name(snapshot.id, snapshot.name).say(" were updated");
    for (auto const& id : {snapshot.runbook.value, snapshot.project.value}) text.relate(id);
    auto event = text.done();
    event.difference.clear();
    base::JsonWriter to(event.difference);
    schema::write_difference(base::parse_json(to_bytes(old)), base::parse_json(bytes), to);
    return store::prepare_event(actor, store.clock().now(), event);
}

} // namespace

Stored update_snapshot_variables(Store& store, Actor const& actor, std::string const& space_id,
                                 std::string_view snapshot_id, std::optional<std::vector<NamedVariable>> const& only) {
    auto const& noun = noun_of<RunbookSnapshot>();
    auto wanted = [&](std::string const& name) {
        return !only ||
               std::ranges::any_of(*only, [&](auto const& each) { return base::equal_ignoring_case(each.name, name); });
    };
    for (int tries = 1; tries <= most_tries; ++tries) {
        std::optional<Stored> row;

        SnapshotContent live, old;
        store.read_at_once([&](Session& session) {
            row = store::find_document(session, noun, snapshot_id, space_id);
            if (!row) store::throw_not_found(snapshot_id);
            auto snapshot = store::parse<RunbookSnapshot>(*row);
            auto runbook = store::load<Runbook>(session, snapshot.runbook.value);
            live = load_live_content(session, runbook);
            old = load_content(session, snapshot.content);
            if (only) check_names(*only, runbook, old, live);
        });
        auto snapshot = store::parse<RunbookSnapshot>(*row);
        auto bytes = to_bytes(with_variables_of(old, live, wanted));
        snapshot.content = content_digest(bytes);
        snapshot.variable_snapshot = frozen_id(live.variable_set_id, live.variable_set_version);
        auto draft = store::draft_of(store, actor, snapshot, row->json);
        draft.event = event_of(store, actor, snapshot, old, bytes);
        bool written = false;
        store.write([&](Transaction& transaction) {
            written = store::update_document(transaction, draft, *row);
            if (!written) return;
            store::insert_content(transaction.session, snapshot.content, bytes);
            store::insert_frozen(transaction.session, snapshot.variable_snapshot, snapshot.content, space_id);
        });
        if (!written) continue;
        auto stored =
            store.read([&](Session& session) { return store::find_document(session, noun, snapshot.id, {}); });
        if (!stored) store::throw_not_found(snapshot.id);
        return std::move(*stored);
    }
    throw base::Error(base::Kind::conflict, "The snapshot is being changed by others all the time. Try again.");
}

} // namespace stepwell::operations
