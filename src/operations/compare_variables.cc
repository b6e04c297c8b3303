#include "operations/compare_variables.h"

#include "base/fold.h"
#include "base/text.h"

#include <set>

namespace stepwell::operations {

using namespace domain;

namespace {

struct Value {
    Variable const* variable;
    std::string owner;      // a project or a library variable set
    std::string key;        // owner and id
    std::string name;       // in lower case
    variables::Scope scope; // in normal form
    std::string used;       // everything that a run sees of it, except a secret
    std::optional<std::int64_t> secret;
    bool counts = true; // it may win in some context

    bool is_given() const { return !variable->is_sensitive || secret; }
};

// Returns a scope in normal form: sorted, in lower case, and with the runbook as the only process.
variables::Scope written_in_one_way(variables::Scope const& scope, std::string const& runbook_id) {
    variables::Scope made;
    for (auto const& [dimension, ids] : scope) {
        if (ids.empty()) continue;
        auto& part = made.emplace_back(base::to_lower(dimension), std::vector<std::string>());
        std::set<std::string> sorted;
        for (auto const& id : ids) sorted.insert(base::fold(id));
        if (part.first == "processowner") sorted = {base::fold(runbook_id)};
        part.second.assign(sorted.begin(), sorted.end());
    }
    std::ranges::sort(made);
    return made;
}

// Includes the id of a prompted variable, because it is the key of the answer.
std::string what_a_run_sees(Variable const& variable, variables::Scope const& scope) {
    std::string seen;
    base::JsonWriter to(seen);
    to.begin_array().text(variable.name).text(base::to_lower(variable.type)).boolean(variable.is_sensitive);
    to.text(variable.value.text.value_or("")).raw(schema::to_json(Bag<std::vector<std::string>>{scope}));
    if (variable.prompt) to.text(base::fold(variable.id)).raw(schema::to_json(*variable.prompt));
    to.end_array();
    return seen;
}

bool have_same_dimensions(variables::Scope const& a, variables::Scope const& b) {
    return std::ranges::equal(a, b, {}, &variables::Scope::value_type::first, &variables::Scope::value_type::first);
}

// Returns true if `first` applies wherever `other` applies.
bool goes_before_always(Value const& first, Value const& other) {
    if (!first.is_given() || !have_same_dimensions(first.scope, other.scope)) return false;
    for (std::size_t i = 0; i < first.scope.size(); ++i)
        if (!std::ranges::includes(first.scope[i].second, other.scope[i].second)) return false;
    return true;
}

bool may_be_as_specific(Value const& a, Value const& b) {
    if (!have_same_dimensions(a.scope, b.scope)) return false;
    for (std::size_t i = 0; i < a.scope.size(); ++i) {
        bool one_at_a_time = a.scope[i].first == "environment" || a.scope[i].first == "processowner";
        auto const& others = b.scope[i].second;
        auto is_shared = [&](auto const& id) { return std::ranges::binary_search(others, id); };
        if (one_at_a_time && std::ranges::none_of(a.scope[i].second, is_shared)) return false;
    }
    return true;
}

// The contexts of runs of the runbook: its own steps and its environments. Runs do not have a channel.
class Places {
public:
    Places(SnapshotContent const& content, Runbook const& runbook) {
        known_["ProcessOwner"].insert(runbook.id);
        known_["Channel"];
        auto& actions = known_["Action"];
        for (auto const& step : content.steps) {
            actions.insert(step.id);
            for (auto const& action : step.actions) actions.insert(action.id);
        }
        if (runbook.environment_scope != EnvironmentScope::specified) return;
        auto& environments = known_["Environment"];
        for (auto const& environment : runbook.environments) environments.insert(environment.value);
    }
    bool may_hold(Bag<std::vector<std::string>> const& scope) const {
        return std::ranges::all_of(scope.items, [&](auto const& dimension) {
            auto at = known_.find(dimension.first);
            auto is_known = [&](std::string const& id) { return at->second.contains(id); };
            return at == known_.end() || dimension.second.empty() || std::ranges::any_of(dimension.second, is_known);
        });
    }

private:
    base::MapFolded<std::set<std::string, base::LessFolded>> known_;
};

// The values of a content that a run of the runbook may use, in the order that decides the remaining ties.
class Values {
public:
    Values(SnapshotContent const& content, Runbook const& runbook) {
        Places const places(content, runbook);
        for_each_variable(content, [&](Variable const& variable, VariableOrigin const& origin) {
            if (!places.may_hold(variable.scope)) return;
            auto& value = all_.emplace_back();
            value.variable = &variable;
            value.owner = origin.library_set ? origin.library_set->id : runbook.project.value;
            value.key = value.owner + '/' + base::fold(variable.id);
            value.name = base::fold(variable.name);
            value.scope = written_in_one_way(variable.scope.items, runbook.id);
            value.used = what_a_run_sees(variable, value.scope);
            if (variable.is_sensitive) value.secret = content.secret_of(origin.variable_set_id, variable);
        });
        std::map<std::string_view, std::vector<Value const*>> before;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            auto& earlier = before[all_[i].name];
            all_[i].counts =
                std::ranges::none_of(earlier, [&](Value const* value) { return goes_before_always(*value, all_[i]); });
            earlier.push_back(&all_[i]);
            by_key_.emplace(all_[i].key, i);
        }
    }
    std::vector<Value> const& all() const { return all_; }
    Value const* find(std::string const& key) const {
        auto at = by_key_.find(key);
        return at == by_key_.end() ? nullptr : &all_[at->second];
    }

private:
    std::vector<Value> all_;
    std::map<std::string_view, std::size_t> by_key_;
};

class Comparing {
public:
    Comparing(Values const& frozen, Values const& now, SameSecret const& same_secret)
        : frozen_(frozen), now_(now), same_secret_(same_secret) {}

    std::vector<VariableDifference> compare() {
        look_for_renewed();
        auto const moved = moved_keys();
        for (auto const& value : frozen_.all())
            if (value.counts && !now_.find(value.key) && !renewed_.contains(&value))
                tell(ChangeKind::removed, &value, {});
        for (auto const& value : now_.all()) {
            auto old = frozen_.find(value.key);
            if (!old) {
                if (value.counts && !renewed_.contains(&value)) tell(ChangeKind::added, nullptr, &value);
            } else if (!are_same(*old, value)) {
                if (old->counts || value.counts) tell(ChangeKind::changed, old, &value);
            } else if (moved.contains(value.key)) {
                tell(ChangeKind::moved, old, &value);
            }
        }
        std::vector<VariableDifference> all;
        for (auto& [rank, differences] : by_owner_) std::ranges::move(differences, std::back_inserter(all));
        return all;
    }

private:
    bool are_same(Value const& a, Value const& b) const {
        if (a.used != b.used || a.secret.has_value() != b.secret.has_value()) return false;
        return !a.secret || same_secret_(*a.secret, *b.secret);
    }

    // Ignores variables that were removed and added again without a change. They have new ids, which runs do not show.
    void look_for_renewed() {
        std::multimap<std::string, Value const*> gone;
        for (auto const& value : frozen_.all())
            if (value.counts && !now_.find(value.key)) gone.emplace(value.owner + value.used, &value);
        for (auto const& value : now_.all()) {
            if (!value.counts || frozen_.find(value.key)) continue;
            auto [at, end] = gone.equal_range(value.owner + value.used);
            while (at != end && !are_same(*at->second, value)) ++at;
            if (at == end) continue;
            renewed_.insert({at->second, &value});
            gone.erase(at);
        }
    }

    // Returns the part of a name within which the order of values can matter: the name itself, or the path in front of
    // an index, because loops iterate over its indexes.
    static std::string_view family_of(Value const& value) {
        return std::string_view(value.name).substr(0, value.name.find('['));
    }
    bool order_matters(Value const& a, Value const& b) const {
        if (a.name != b.name) return a.name.find('[') != a.name.npos && b.name.find('[') != b.name.npos;
        return may_be_as_specific(a, b) && !are_same(a, b);
    }
    bool counts_now_or_then(Value const& value) const { return value.counts || frozen_.find(value.key)->counts; }

    std::set<std::string> moved_keys() const {
        std::map<std::string_view, std::vector<Value const*>> families; // values that are in both contents
        for (auto const& value : now_.all())
            if (frozen_.find(value.key)) families[family_of(value)].push_back(&value);
        std::set<std::string> moved;
        for (auto const& [family, values] : families) {
            auto place = [&](Value const* value) { return frozen_.find(value->key); };
            if (std::ranges::is_sorted(values, {}, place)) continue;
            for (auto first = values.begin(); first != values.end(); ++first) {
                auto overtaken = [&](Value const* other) {
                    return place(other) < place(*first) && order_matters(**first, *other) &&
                           (counts_now_or_then(**first) || counts_now_or_then(*other));
                };
                if (std::any_of(first + 1, values.end(), overtaken)) moved.insert((*first)->key);
            }
        }
        return moved;
    }

    void tell(ChangeKind change, Value const* before, Value const* after) {
        auto const& shown = after ? *after : *before;
        auto& difference = by_owner_[rank_of(shown.owner)].emplace_back();
        difference.name = shown.variable->name;
        difference.owner = shown.owner;
        difference.change = change;
        difference.scope = shown.variable->scope;
        difference.is_sensitive =
            (before && before->variable->is_sensitive) || (after && after->variable->is_sensitive);
        if (difference.is_sensitive) return;
        if (before) difference.before = before->variable->value.text;
        if (after) difference.after = after->variable->value.text;
    }

    // Owners in the order in which they are included now, followed by owners that are no longer included.
    std::size_t rank_of(std::string const& owner) {
        if (ranks_.empty())
            for (auto values : {&now_, &frozen_})
                for (auto const& value : values->all()) ranks_.emplace(value.owner, ranks_.size());
        return ranks_.at(owner);
    }

    Values const &frozen_, &now_;
    SameSecret const& same_secret_;
    std::set<Value const*> renewed_;
    std::map<std::string, std::size_t> ranks_;
    std::map<std::size_t, std::vector<VariableDifference>> by_owner_; // by rank
};

} // namespace

std::vector<VariableDifference> compare_variables(SnapshotContent const& frozen, SnapshotContent const& now,
                                                  Runbook const& runbook, SameSecret const& same_secret) {
    Values const before(frozen, runbook), after(now, runbook);
    return Comparing(before, after, same_secret).compare();
}

} // namespace stepwell::operations
