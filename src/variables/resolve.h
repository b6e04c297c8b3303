// Selects the value of each name that applies in a context, and explains why the others do not.
#pragma once
#include "variables/dictionary.h"
#include "variables/scope.h"

#include <compare>

namespace stepwell::variables {

struct Explained {
    Candidate const* candidate;
    bool wins;
    std::string reason; // "scoped to Action Step-1", "scoped to Environment Environments-2, which does not hold here"
};

// The selected value of each name. Names compare without case. Higher precedence wins, then the more specific scope,
// then the higher rank, then the first in the list.
class Resolution {
public:
    Resolution(std::vector<Candidate> candidates, Context context);

    // Returns the selected value. Returns null if the name is unknown or no value of it matches.
    Candidate const* find(std::string_view name) const;
    std::vector<Candidate const*> winners() const; // sorted by name
    // Returns every value of a name, the winner first.
    std::vector<Explained> explain(std::string_view name, NameOf const& name_of = {}) const;
    // Returns true if only the order of the list decided between values defined by authors.
    bool is_tie(std::string_view name) const;
    // Returns the winners in the order of the candidates. Valid as long as this object, even if that is moved.
    Dictionary const& dictionary() const { return dictionary_; }

private:
    struct Group { // values of one name: order_[first] … order_[last - 1]
        std::size_t first, last;
        std::size_t winner; // index of a candidate, or `none`
    };
    static constexpr std::size_t none = ~std::size_t(0);

    std::strong_ordering compare(std::size_t one, std::size_t other) const;
    bool equals_winner(std::size_t index, Group const& group) const;
    Group const* find_group(std::string_view name) const;
    Group group_at(std::size_t first);
    std::vector<Variable> variables() const;
    std::string why_not(std::size_t index, Group const& group, NameOf const& name_of) const;

    std::vector<Candidate> candidates_;
    Context context_;
    std::vector<std::string> names_;     // of the candidates, in lower case
    std::vector<std::size_t> order_;     // candidates by name, then in the given order
    std::vector<std::uint32_t> weights_; // specificity of matching candidates; otherwise 0
    std::vector<Group> groups_;          // sorted by name
    Dictionary dictionary_;
};

inline Resolution resolve(std::vector<Candidate> candidates, Context context) {
    return Resolution(std::move(candidates), std::move(context));
}

} // namespace stepwell::variables
