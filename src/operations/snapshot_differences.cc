#include "operations/snapshot_differences.h"

#include "base/text.h"
#include "domain/resources/environment.h"
#include "operations/find_by_id.h"
#include "store/secrets.h"

#include <set>

namespace stepwell::operations {

using namespace domain;

namespace {

using Numbers = std::map<std::string, std::int64_t>; // of secrets, by path
using Ids = std::vector<std::string>;

// Of what is in both lists: what comes at another place.
std::set<std::string> out_of_place(Ids before, Ids now) {
    auto keep_common = [](Ids& list, Ids const& other) {
        std::set<std::string> known(other.begin(), other.end());
        std::erase_if(list, [&](auto const& id) { return !known.contains(id); });
    };
    auto const all_before = before;
    keep_common(before, now);
    keep_common(now, all_before);
    std::set<std::string> moved;
    for (std::size_t i = 0; i < std::min(now.size(), before.size()); ++i)
        if (before[i] != now[i]) moved.insert(now[i]);
    return moved;
}

template <class T> Ids ids_of(std::vector<T> const& list) {
    Ids ids;
    for (auto const& each : list) ids.push_back(base::to_lower(each.id));
    return ids;
}

std::string used(Variable variable) {
    variable.description.clear();
    variable.is_editable = true;
    return schema::to_json(variable);
}

std::string used(Action action) {
    action.slug.clear();
    action.notes.reset();
    return schema::to_json(action);
}

std::string used(Step step) {
    step.slug.clear();
    step.actions.clear();
    return schema::to_json(step);
}

class Comparing {
public:
    Comparing(store::Session& session, base::KeyRing const& key, SnapshotContent const& frozen,
              SnapshotContent const& now)
        : session_(session), key_(key), frozen_(frozen), now_(now),
          runbook_(now.process_id.substr(now.process_id.find('-') + 1)) {}

    SnapshotDifferences compare(std::string const& project) {
        variables(project, frozen_.variable_set_id, frozen_.variables, now_.variables);
        library_sets();
        process();
        return std::move(all_);
    }

private:
    // Whether secrets of the owner whose paths begin so are the same.
    bool same_secrets(std::string const& owner, std::string const& path, std::string_view but_not = "\n") const {
        auto chosen = [&](SnapshotContent const& content) {
            Numbers numbers;
            for (auto const& secret : content.secrets)
                if (base::equal_ignoring_case(secret.owner, owner) && secret.path.starts_with(path) &&
                    secret.path.find(but_not) == std::string::npos)
                    numbers[secret.path] = secret.number;
            return numbers;
        };
        return std::ranges::equal(chosen(frozen_), chosen(now_), [&](auto const& a, auto const& b) {
            return a.first == b.first && (a.second == b.second || store::reveal_secret(session_, key_, a.second) ==
                                                                      store::reveal_secret(session_, key_, b.second));
        });
    }

    // Those that a run of the runbook may use.
    std::vector<Variable> usable(std::vector<Variable> all) const {
        std::erase_if(all, [&](Variable const& variable) {
            auto owners = variable.scope.find("ProcessOwner");
            return owners && !owners->empty() && std::ranges::none_of(*owners, [&](std::string const& owner) {
                       return base::equal_ignoring_case(owner, runbook_);
                   });
        });
        return all;
    }
    // Of values of one name the first counts where they are as specific; between names the order means nothing.
    static std::set<std::string> moved_among_equals(std::vector<Variable> const& before,
                                                    std::vector<Variable> const& now) {
        base::MapIgnoringCase<std::pair<Ids, Ids>> by_name;
        for (auto const& variable : before) by_name[variable.name].first.push_back(base::to_lower(variable.id));
        for (auto const& variable : now) by_name[variable.name].second.push_back(base::to_lower(variable.id));
        std::set<std::string> moved;
        for (auto const& [name, ids] : by_name) moved.merge(out_of_place(ids.first, ids.second));
        return moved;
    }

    void variables(std::string const& owner, std::string const& set_id, std::vector<Variable> const& all_before,
                   std::vector<Variable> const& all_now) {
        auto const before = usable(all_before), now = usable(all_now);
        auto moved = moved_among_equals(before, now);
        for (auto const& variable : before)
            if (!find_by_id(now, variable.id)) tell(owner, Change::removed, &variable, nullptr);
        for (auto const& variable : now) {
            auto old = find_by_id(before, variable.id);
            if (!old)
                tell(owner, Change::added, nullptr, &variable);
            else if (used(*old) != used(variable) || !same_secrets(set_id, "Variables[" + variable.id + "]."))
                tell(owner, Change::changed, old, &variable);
            else if (moved.contains(base::to_lower(variable.id)))
                tell(owner, Change::moved, old, &variable);
        }
    }
    void tell(std::string const& owner, Change change, Variable const* before, Variable const* after) {
        auto const& shown = after ? *after : *before;
        auto& difference = all_.variables.emplace_back();
        difference.name = shown.name;
        difference.owner = owner;
        difference.change = change;
        difference.scope = shown.scope;
        difference.is_sensitive = (before && before->is_sensitive) || (after && after->is_sensitive);
        if (difference.is_sensitive) return;
        if (before) difference.before = before->value.text;
        if (after) difference.after = after->value.text;
    }

    void library_sets() {
        static std::vector<Variable> const none;
        auto moved = out_of_place(ids_of(frozen_.library_sets), ids_of(now_.library_sets));
        for (auto const& set : frozen_.library_sets)
            if (!find_by_id(now_.library_sets, set.id)) {
                all_.library_sets.push_back({set.id, set.name, Change::removed});
                variables(set.id, set.variable_set_id, set.variables, none);
            }
        for (auto const& set : now_.library_sets) {
            auto old = find_by_id(frozen_.library_sets, set.id);
            if (!old) all_.library_sets.push_back({set.id, set.name, Change::added});
            if (moved.contains(base::to_lower(set.id))) all_.library_sets.push_back({set.id, set.name, Change::moved});
            variables(set.id, set.variable_set_id, old ? old->variables : none, set.variables);
        }
    }

    void process() {
        if (schema::to_json(frozen_.outputs) != schema::to_json(now_.outputs))
            all_.process.push_back({"", "", Change::changed});
        auto moved = out_of_place(ids_of(frozen_.steps), ids_of(now_.steps));
        for (auto const& step : frozen_.steps)
            if (!find_by_id(now_.steps, step.id)) all_.process.push_back({step.name, "", Change::removed});
        for (auto const& step : now_.steps) {
            auto old = find_by_id(frozen_.steps, step.id);
            if (!old) {
                all_.process.push_back({step.name, "", Change::added});
                continue;
            }
            if (used(*old) != used(step) || !same_secrets(frozen_.process_id, "Steps[" + step.id + "].", "].Actions["))
                all_.process.push_back({step.name, "", Change::changed});
            else if (moved.contains(base::to_lower(step.id)))
                all_.process.push_back({step.name, "", Change::moved});
            actions(*old, step);
        }
    }
    void actions(Step const& before, Step const& now) {
        auto moved = out_of_place(ids_of(before.actions), ids_of(now.actions));
        for (auto const& action : before.actions)
            if (!find_by_id(now.actions, action.id)) all_.process.push_back({now.name, action.name, Change::removed});
        for (auto const& action : now.actions) {
            auto old = find_by_id(before.actions, action.id);
            auto at = "Steps[" + now.id + "].Actions[" + action.id + "].";
            if (!old)
                all_.process.push_back({now.name, action.name, Change::added});
            else if (used(*old) != used(action) || !same_secrets(frozen_.process_id, at))
                all_.process.push_back({now.name, action.name, Change::changed});
            else if (moved.contains(base::to_lower(action.id)))
                all_.process.push_back({now.name, action.name, Change::moved});
        }
    }

    store::Session& session_;
    base::KeyRing const& key_;
    SnapshotContent const &frozen_, &now_;
    std::string const runbook_;
    SnapshotDifferences all_;
};

} // namespace

bool SnapshotDifferences::in_variables_of(std::string_view owner) const {
    return std::ranges::any_of(variables,
                               [&](auto const& each) { return base::equal_ignoring_case(each.owner, owner); });
}

bool SnapshotDifferences::in_library_sets(std::string_view project) const {
    return !library_sets.empty() || std::ranges::any_of(variables, [&](auto const& each) {
        return !base::equal_ignoring_case(each.owner, project);
    });
}

SnapshotDifferences differences_between(store::Session& session, base::KeyRing const& key,
                                        SnapshotContent const& frozen, SnapshotContent const& now) {
    auto project = now.variable_set_id.substr(std::string_view("variableset-").size());
    return Comparing(session, key, frozen, now).compare(project);
}

} // namespace stepwell::operations
