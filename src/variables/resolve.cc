#include "variables/resolve.h"

#include "base/fold.h"
#include <algorithm>
#include <numeric>

namespace stepwell::variables {

Resolution::Resolution(std::vector<Candidate> candidates, Context context)
    : candidates_(std::move(candidates)), context_(std::move(context)), order_(candidates_.size()),
      weights_(candidates_.size()) {
    for (auto const& candidate : candidates_) names_.push_back(base::fold(candidate.name));
    std::iota(order_.begin(), order_.end(), std::size_t(0));
    std::ranges::sort(order_, [&](std::size_t a, std::size_t b) {
        auto order = names_[a].compare(names_[b]);
        return order != 0 ? order < 0 : a < b;
    });
    for (std::size_t first = 0; first < order_.size(); first = groups_.back().last) groups_.push_back(group_at(first));
    dictionary_ = Dictionary(variables());
}

Resolution::Group Resolution::group_at(std::size_t first) {
    Group group{first, first, none};
    for (; group.last < order_.size(); ++group.last) {
        auto index = order_[group.last];
        auto const& candidate = candidates_[index];
        if (names_[index] != names_[order_[first]]) break;
        if (!matches(candidate.scope, context_)) continue;
        weights_[index] = specificity(candidate.scope, context_); // once, because a scope may list many ids
        if (group.winner == none || compare(index, group.winner) > 0) group.winner = index;
    }
    return group;
}

// Compares candidates that match.
std::strong_ordering Resolution::compare(std::size_t one, std::size_t other) const {
    auto const &first = candidates_[one], &second = candidates_[other];
    if (auto order = first.precedence <=> second.precedence; order != 0) return order;
    if (auto order = weights_[one] <=> weights_[other]; order != 0) return order;
    return first.rank <=> second.rank;
}

Resolution::Group const* Resolution::find_group(std::string_view name) const {
    auto name_of = [&](Group const& group) -> std::string const& { return names_[order_[group.first]]; };
    auto wanted = base::fold(name);
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

std::vector<Explained> Resolution::explain(std::string_view name, NameOf const& name_of) const {
    std::vector<Explained> all;
    auto group = find_group(name);
    if (!group) return all;
    if (group->winner != none) {
        auto const& winner = candidates_[group->winner];
        auto where = winner.scope.empty() ? "applies everywhere" : "scoped to " + to_words(winner.scope, name_of);
        if (is_tie(name)) where += "; another value is equally specific, but this one is first in the list";
        all.push_back({&winner, true, std::move(where)});
    }
    for (auto i = group->first; i < group->last; ++i)
        if (order_[i] != group->winner)
            all.push_back({&candidates_[order_[i]], false, why_not(order_[i], *group, name_of)});
    return all;
}

bool Resolution::equals_winner(std::size_t index, Group const& group) const {
    auto const& candidate = candidates_[index];
    return index != group.winner && candidate.precedence == Precedence::defined && matches(candidate.scope, context_) &&
           compare(index, group.winner) == 0;
}

bool Resolution::is_tie(std::string_view name) const {
    auto group = find_group(name);
    if (!group || group->winner == none) return false;
    for (auto i = group->first; i < group->last; ++i)
        if (equals_winner(order_[i], *group)) return true;
    return false;
}

std::string Resolution::why_not(std::size_t index, Group const& group, NameOf const& name_of) const {
    auto const& loser = candidates_[index];
    if (auto mismatch = find_mismatch(loser.scope, context_, name_of))
        return "scoped to " + *mismatch + ", which does not match";
    auto const& winner = candidates_[group.winner];
    if (winner.precedence != loser.precedence) {
        if (loser.precedence == Precedence::referred) return "a value with the full name takes precedence";
        if (winner.precedence == Precedence::answered) return "the answer to the prompt takes precedence";
        return winner.precedence == Precedence::system ? "the server's own value takes precedence"
                                                       : "the property of the step takes precedence";
    }
    if (weights_[group.winner] != weights_[index])
        return "the value scoped to " + to_words(winner.scope, name_of) + " is more specific";
    if (winner.rank != loser.rank) return "the value of " + winner.source + " is equally specific and takes precedence";
    return "another value is equally specific and is first in the list";
}

std::vector<Variable> Resolution::variables() const {
    std::vector<std::size_t> numbers;
    for (auto const& group : groups_)
        if (group.winner != none) numbers.push_back(group.winner);
    std::ranges::sort(numbers);
    std::vector<Variable> all;
    for (auto number : numbers) {
        auto const& winner = candidates_[number];
        all.push_back({.name = winner.name,
                       .text = winner.text,
                       .literal = is_literal(winner.precedence),
                       .sensitive = winner.sensitive,
                       .input = winner.input || winner.precedence == Precedence::answered});
    }
    return all;
}

} // namespace stepwell::variables
