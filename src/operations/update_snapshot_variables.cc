#include "operations/update_snapshot_variables.h"

#include "base/error.h"
#include "base/fold.h"
#include "operations/find_by_id.h"
#include "operations/frozen.h"
#include "operations/live_content.h"
#include "schema/difference.h"
#include "store/contents.h"
#include "store/runs.h"

#include <boost/json.hpp>
#include <set>

namespace stepwell::operations {

using namespace domain;
using base::Json;
using store::Session;

namespace {

// Variables of one owner, the project first.
struct Part {
    std::string owner, set_id;
    std::vector<Variable> const* variables;
};
std::vector<Part> parts_of(SnapshotContent const& content, Runbook const& runbook) {
    std::vector<Part> parts{{runbook.project.value, content.variable_set_id, &content.variables}};
    for (auto const& set : content.library_sets) parts.push_back({set.id, set.variable_set_id, &set.variables});
    return parts;
}

bool is_owner(Part const& part, std::string const& word) {
    return word.empty() || base::equal_ignoring_case(word, part.owner) || base::equal_ignoring_case(word, part.set_id);
}

bool has_name(Part const& part, std::string const& name) {
    return std::ranges::any_of(*part.variables, [&](auto const& each) { return base::equal_folded(each.name, name); });
}

// Throws Error{invalid} if a name is not that of a variable, or not of the given owner.
void check_names(std::vector<NamedVariable> const& only, std::vector<Part> parts) {
    base::Problems problems;
    for (std::size_t i = 0; i < only.size(); ++i) {
        auto at = "Variables[" + std::to_string(i) + "].";
        auto const& [name, owner] = only[i];
        bool known_owner = std::ranges::any_of(parts, [&](auto const& part) { return is_owner(part, owner); });
        bool known =
            std::ranges::any_of(parts, [&](auto const& part) { return is_owner(part, owner) && has_name(part, name); });
        if (!known_owner)
            problems.push_back({at + "OwnerId", "the snapshot has no variables of '" + owner + "'"});
        else if (!known)
            problems.push_back({at + "Name", "there is no variable '" + name + "'"});
    }
    base::reject_if_any(std::move(problems));
}

// Builds the old content with all variables, or only the requested ones, replaced by the current ones.
class Refreezing {
public:
    Refreezing(SnapshotContent old, SnapshotContent const& now, Runbook const& runbook,
               std::optional<std::vector<NamedVariable>> const& only)
        : old_(std::move(old)), made_(old_), now_(now), runbook_(runbook), only_(only) {}

    SnapshotContent done() {
        made_.secrets.clear();
        for (auto const& secret : old_.secrets)
            if (secret.owner == old_.process_id) made_.secrets.push_back(secret);
        made_.variables = mixed({runbook_.project.value, now_.variable_set_id, &now_.variables}, old_.variables);
        made_.variable_set_version = now_.variable_set_version;
        made_.library_sets.clear();
        if (!only_)
            for (auto const& set : now_.library_sets) add(set, nullptr, &set);
        else
            mix_library_sets();
        made_.settle();
        return std::move(made_);
    }

private:
    // Keeps the frozen sets in their order. Adds a new set only if it has a requested variable.
    void mix_library_sets() {
        for (auto const& set : old_.library_sets) add(set, &set, find_by_id(now_.library_sets, set.id));
        for (auto const& set : now_.library_sets)
            if (!find_by_id(old_.library_sets, set.id)) add(set, nullptr, &set);
    }
    void add(FrozenLibrarySet const& like, FrozenLibrarySet const* before, FrozenLibrarySet const* now) {
        static std::vector<Variable> const none;
        auto made = now ? *now : like;
        made.variables =
            mixed({like.id, like.variable_set_id, now ? &now->variables : &none}, before ? before->variables : none);
        if (before || !made.variables.empty() || !only_) made_.library_sets.push_back(std::move(made));
    }
    std::vector<Variable> mixed(Part const& now, std::vector<Variable> const& before) {
        auto wanted = [&](Variable const& variable) {
            return !only_ || std::ranges::any_of(*only_, [&](NamedVariable const& each) {
                return base::equal_folded(each.name, variable.name) && is_owner(now, each.owner);
            });
        };
        std::set<std::string> renamed; // ids of current variables to be taken
        for (auto const& variable : *now.variables)
            if (wanted(variable)) renamed.insert(base::fold(variable.id));
        auto goes = [&](Variable const& variable) {
            return wanted(variable) || renamed.contains(base::fold(variable.id));
        };
        std::vector<Variable> mixed;
        std::set<std::string> placed; // ids that replaced a frozen variable at its position; all others follow
        for (auto const& variable : before) {
            auto same = find_by_id(*now.variables, variable.id);
            if (!goes(variable))
                take(variable, old_, now.set_id, mixed);
            else if (same && goes(*same) && placed.insert(base::fold(variable.id)).second)
                take(*same, now_, now.set_id, mixed);
        }
        for (auto const& variable : *now.variables)
            if (goes(variable) && !placed.contains(base::fold(variable.id))) take(variable, now_, now.set_id, mixed);
        return mixed;
    }
    void take(Variable const& variable, SnapshotContent const& from, std::string const& set_id,
              std::vector<Variable>& to) {
        to.push_back(variable);
        if (auto number = from.secret_of(set_id, variable))
            made_.secrets.push_back({set_id, "Variables[" + variable.id + "].Value", *number});
    }

    SnapshotContent const old_;
    SnapshotContent made_;
    SnapshotContent const& now_;
    Runbook const& runbook_;
    std::optional<std::vector<NamedVariable>> const& only_;
};

// Returns the values by owner and name as JSON, for the difference of an event. A secret is shown as the number of its
// version.
std::string by_name(SnapshotContent const& content) {
    boost::json::object owners;
    for_each_variable(content, [&](Variable const& variable, VariableOrigin const& origin) {
        auto& names = owners[origin.library_set ? "LibraryVariableSets/" + origin.library_set->name : "Variables"];
        if (!names.is_object()) names.emplace_object();
        auto& values = names.as_object()[variable.name];
        if (!values.is_array()) values.emplace_array();
        boost::json::object value;
        value["Value"] = variable.value.text ? Json(*variable.value.text) : Json();
        value["Type"] = variable.type;
        value["Scope"] = base::parse_json(schema::to_json(variable.scope));
        if (auto number = content.secret_of(origin.variable_set_id, variable)) value["SecretVersion"] = *number;
        values.as_array().push_back(std::move(value));
    });
    return base::to_text(owners);
}

store::PreparedEvent event_of(ChangeContext const& context, RunbookSnapshot const& snapshot, SnapshotContent const& old,
                              SnapshotContent const& now) {
    EventText text("Modified", snapshot.space_id);
    text.say("Variables of RunbookSnapshot ").name(snapshot.id, snapshot.name).say(" were updated");
    for (auto const& id : {snapshot.runbook.value, snapshot.project.value}) text.relate(id);
    auto event = text.done();
    event.difference.clear();
    base::JsonWriter to(event.difference);
    schema::write_difference(base::parse_json(by_name(old)), base::parse_json(by_name(now)), to);
    return store::prepare_event(context.caller.actor, context.store.clock().now(), event);
}

using Names = std::optional<std::vector<NamedVariable>>;

Change update_of(ChangeContext const& context, Stored const& row, Names const& only) {
    auto& session = context.session;
    auto snapshot = store::parse<RunbookSnapshot>(row);
    auto const runbook = store::load<Runbook>(session, snapshot.runbook.value);
    auto const live = load_live_content(session, runbook);
    auto const old = store::load_content(session, snapshot.content);
    if (only) {
        auto parts = parts_of(old, runbook);
        for (auto& part : parts_of(live, runbook)) parts.push_back(std::move(part));
        check_names(*only, std::move(parts));
    }
    auto const next = Refreezing(old, live, runbook, only).done();
    check_variable_count(next);
    auto bytes = to_bytes(next);
    snapshot.content = content_digest(bytes);
    give_frozen_ids(snapshot, next);
    auto draft = store::draft_of(context.store, context.caller.actor, snapshot, row.json);
    draft.event = event_of(context, snapshot, old, next);
    Change change;
    change.update(std::move(draft), row);
    change.write([snapshot, bytes = std::move(bytes)](Transaction& transaction) {
        insert_frozen(transaction, snapshot, bytes);
    });
    return change;
}

} // namespace

Stored update_snapshot_variables(Store& store, Caller const& caller, std::string const& space_id,
                                 std::string_view snapshot_id, Names const& only) {
    return commit_document(store, [&](Session& session) {
        auto const row = load_stored(session, noun_of<RunbookSnapshot>(), snapshot_id, space_id);
        return update_of({store, session, caller}, row, only);
    });
}

} // namespace stepwell::operations
