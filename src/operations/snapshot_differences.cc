#include "operations/snapshot_differences.h"

#include "base/fold.h"
#include "base/text.h"
#include "domain/resources/environment.h"
#include "operations/compare_variables.h"
#include "operations/find_by_id.h"
#include "store/secrets.h"

#include <set>

namespace stepwell::operations {

using namespace domain;

namespace {

using Ids = std::vector<std::string>;

// Returns the ids that are in both lists at different positions.
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
    for (auto const& each : list) ids.push_back(base::fold(each.id));
    return ids;
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
    Comparing(SnapshotContent const& frozen, SnapshotContent const& now, Runbook const& runbook, SameSecret same_secret)
        : frozen_(frozen), now_(now), runbook_(runbook), same_secret_(std::move(same_secret)) {}

    SnapshotDifferences compare() {
        all_.variables = compare_variables(frozen_, now_, runbook_, same_secret_);
        library_sets();
        process();
        return std::move(all_);
    }

private:
    // Returns true if the secrets of the process with this prefix of their paths are equal.
    bool same_secrets(std::string const& path, std::string_view but_not = "\n") const {
        auto chosen = [&](SnapshotContent const& content) {
            std::map<std::string_view, std::int64_t> numbers; // by path
            for (auto const& secret : content.secrets)
                if (secret.owner == content.process_id && secret.path.starts_with(path) &&
                    secret.path.find(but_not) == std::string::npos)
                    numbers[secret.path] = secret.number;
            return numbers;
        };
        return std::ranges::equal(chosen(frozen_), chosen(now_), [&](auto const& a, auto const& b) {
            return a.first == b.first && same_secret_(a.second, b.second);
        });
    }

    bool is_told_of(std::string const& owner, std::optional<ChangeKind> change = {}) const {
        return std::ranges::any_of(all_.variables, [&](auto const& each) {
            return base::equal_ignoring_case(each.owner, owner) && (!change || each.change == *change);
        });
    }

    // Reports a set only if runs use one of its variables.
    void library_sets() {
        auto moved = out_of_place(ids_of(frozen_.library_sets), ids_of(now_.library_sets));
        auto tell = [&](FrozenLibrarySet const& set, ChangeKind change) {
            all_.library_sets.push_back({set.id, set.name, change});
        };
        for (auto const& set : frozen_.library_sets)
            if (!find_by_id(now_.library_sets, set.id) && is_told_of(set.id)) tell(set, ChangeKind::removed);
        for (auto const& set : now_.library_sets) {
            if (!find_by_id(frozen_.library_sets, set.id)) {
                if (is_told_of(set.id)) tell(set, ChangeKind::added);
            } else if (moved.contains(base::fold(set.id)) && is_told_of(set.id, ChangeKind::moved)) {
                tell(set, ChangeKind::moved);
            }
        }
    }

    void process() {
        if (schema::to_json(frozen_.outputs) != schema::to_json(now_.outputs))
            all_.process.push_back({"", "", ChangeKind::changed});
        auto moved = out_of_place(ids_of(frozen_.steps), ids_of(now_.steps));
        for (auto const& step : frozen_.steps)
            if (!find_by_id(now_.steps, step.id)) all_.process.push_back({step.name, "", ChangeKind::removed});
        for (auto const& step : now_.steps) {
            auto old = find_by_id(frozen_.steps, step.id);
            if (!old) {
                all_.process.push_back({step.name, "", ChangeKind::added});
                continue;
            }
            if (used(*old) != used(step) || !same_secrets("Steps[" + step.id + "].", "].Actions["))
                all_.process.push_back({step.name, "", ChangeKind::changed});
            else if (moved.contains(base::fold(step.id)))
                all_.process.push_back({step.name, "", ChangeKind::moved});
            actions(*old, step);
        }
    }
    void actions(Step const& before, Step const& now) {
        auto moved = out_of_place(ids_of(before.actions), ids_of(now.actions));
        for (auto const& action : before.actions)
            if (!find_by_id(now.actions, action.id))
                all_.process.push_back({now.name, action.name, ChangeKind::removed});
        for (auto const& action : now.actions) {
            auto old = find_by_id(before.actions, action.id);
            auto at = "Steps[" + now.id + "].Actions[" + action.id + "].";
            if (!old)
                all_.process.push_back({now.name, action.name, ChangeKind::added});
            else if (used(*old) != used(action) || !same_secrets(at))
                all_.process.push_back({now.name, action.name, ChangeKind::changed});
            else if (moved.contains(base::fold(action.id)))
                all_.process.push_back({now.name, action.name, ChangeKind::moved});
        }
    }

    SnapshotContent const &frozen_, &now_;
    Runbook const& runbook_;
    SameSecret const same_secret_;
    SnapshotDifferences all_;
};

} // namespace

bool SnapshotDifferences::in_variables_of(std::string_view owner) const {
    return std::ranges::any_of(variables,
                               [&](auto const& each) { return base::equal_ignoring_case(each.owner, owner); });
}

bool SnapshotDifferences::in_library_sets(std::string_view project) const {
    return std::ranges::any_of(variables,
                               [&](auto const& each) { return !base::equal_ignoring_case(each.owner, project); });
}

SnapshotDifferences differences_between(store::Session& session, base::KeyRing const& key,
                                        SnapshotContent const& frozen, SnapshotContent const& now,
                                        Runbook const& runbook) {
    SameSecret same = [&](std::int64_t a, std::int64_t b) {
        return a == b || store::reveal_secret(session, key, a) == store::reveal_secret(session, key, b);
    };
    return Comparing(frozen, now, runbook, std::move(same)).compare();
}

} // namespace stepwell::operations
