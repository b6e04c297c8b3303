#include "variables/resolve.h"

#include <algorithm>
#include <numeric>

namespace stepwell::variables {

Resolution::Resolution(std::vector<Candidate> candidates, Context context)
    : candidates_(std::move(candidates)), context_(std::move(context)), order_(candidates_.size()) {
    for (auto const& candidate : candidates_) names_.push_back(base::to_lower(candidate.name));
    std::iota(order_.begin(), order_.end(), std::size_t(0));
    std::ranges::sort(order_, [&](std::size_t a, std::size_t b) {
        auto order = names_[a].compare(names_[b]);
        return order != 0 ? order < 0 : a < b;
    });
    for (std::size_t first = 0; first < order_.size(); first = groups_.back().last) groups_.push_back(group_at(first));
    dictionary_ = Dictionary(variables());
}

Resolution::Group Resolution::group_at(std::size_t first) const {
    Group group{first, first, none};
    for (; group.last < order_.size(); ++group.last) {
        auto index = order_[group.last];
        auto const& candidate = candidates_[index];
        if (names_[index] != names_[order_[first]]) break;
        if (!matches(candidate.scope, context_)) continue;
        if (group.winner == none || beats(candidate, candidates_[group.winner])) group.winner = index;
    }
    return group;
}

bool Resolution::beats(Candidate const& one, Candidate const& other) const {
    if (one.standing != other.standing) return one.standing > other.standing;
    if (auto a = specificity(one.scope, context_), b = specificity(other.scope, context_); a != b) return a > b;
    return one.rank > other.rank;
}

Resolution::Group const* Resolution::find_group(std::string_view name) const {
    auto name_of = [&](Group const& group) -> std::string const& { return names_[order_[group.first]]; };
    auto wanted = base::to_lower(name);
    auto found = std::ranges::lower_bound(groups_, wanted, {}, name_of);
    return found != groups_.end() && name_of(*found) == wanted ? &*found : nullptr;
}

Candidate const* Resolution::find(std::string_view name) const {
    auto group = find_group(name);
    return group && group->winner != none ? &candidates_[group->winner] : nullptr;
}

std::vector<Candidate const*> Resolution::winners() const {
    std::vector<Candidate const*> all;
    for (auto const& group : groups_)
        if (group.winner != none) all.push_back(&candidates_[group.winner]);
    return all;
}

std::vector<std::string> Resolution::names() const {
    std::vector<std::string> all;
    for (auto const& group : groups_) all.push_back(candidates_[order_[group.first]].name);
    return all;
}

std::vector<Explained> Resolution::explain(std::string_view name, NameOf const& name_of) const {
    std::vector<Explained> all;
    auto group = find_group(name);
    if (!group) return all;
    if (group->winner != none) {
        auto const& winner = candidates_[group->winner];
        auto where = winner.scope.empty() ? "counts everywhere" : "scoped to " + to_words(winner.scope, name_of);
        all.push_back({&winner, true, false, std::move(where)});
    }
    for (auto i = group->first; i < group->last; ++i)
        if (order_[i] != group->winner) all.push_back(why_not(candidates_[order_[i]], *group, name_of));
    return all;
}

Explained Resolution::why_not(Candidate const& loser, Group const& group, NameOf const& name_of) const {
    auto because = [&](std::string reason, bool ties = false) {
        return Explained{&loser, false, ties, std::move(reason)};
    };
    if (auto mismatch = find_mismatch(loser.scope, context_, name_of))
        return because("scoped to " + *mismatch + ", which does not hold here");
    auto const& winner = candidates_[group.winner];
    if (winner.standing != loser.standing) {
        if (winner.standing == Standing::answered) return because("the answer to the prompt wins");
        return because(winner.standing == Standing::system ? "the server's own value wins"
                                                           : "the property of the step wins");
    }
    if (specificity(winner.scope, context_) != specificity(loser.scope, context_))
        return because("the value scoped to " + to_words(winner.scope, name_of) + " is more specific");
    if (winner.rank != loser.rank) return because("of values as specific, that of " + winner.source + " wins");
    return because("another value is as specific and comes first", true);
}

std::vector<Variable> Resolution::variables() const {
    std::vector<std::size_t> numbers;
    for (auto const& group : groups_)
        if (group.winner != none) numbers.push_back(group.winner);
    std::ranges::sort(numbers);
    std::vector<Variable> all;
    for (auto number : numbers) {
        auto const& winner = candidates_[number];
        all.push_back({winner.name, winner.text, is_literal(winner.standing), winner.sensitive});
    }
    return all;
}

} // namespace stepwell::variables
