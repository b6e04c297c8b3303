// Which of the values of each name counts in a context, and why the others do not.
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

// Names are compared without case. Higher precedence wins, then the more specific scope, then the higher rank, then the
// first in the list.
class Resolution {
public:
    Resolution(std::vector<Candidate> candidates, Context context);

    // The value that counts; nothing when the name is unknown or no value of it matches.
    Candidate const* find(std::string_view name) const;
    std::vector<Candidate const*> winners() const; // by name
    // Every value of a name, the winner first.
    std::vector<Explained> explain(std::string_view name, NameOf const& name_of = {}) const;
    // Whether nothing but the order in the list chose the winner among what authors defined.
    bool is_tie(std::string_view name) const;
    // The winners in the order of the candidates. It lives as long as this object, wherever that is moved.
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
    std::vector<std::string> names_; // of the candidates, in lower case
    std::vector<std::size_t> order_; // candidates by name, then as given
    std::vector<std::uint32_t> weights_; // specificity of the candidates that match; else 0
    std::vector<Group> groups_;      // by name
    Dictionary dictionary_;
};

inline Resolution resolve(std::vector<Candidate> candidates, Context context) {
    return Resolution(std::move(candidates), std::move(context));
}

} // namespace stepwell::variables
