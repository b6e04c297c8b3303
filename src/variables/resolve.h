// Which of the values of each name counts in a context, and why the others do not.
#pragma once
#include "variables/dictionary.h"
#include "variables/scope.h"

namespace stepwell::variables {

struct Explained {
    Candidate const* candidate;
    bool wins;
    bool ties;          // it would count as much as the winner, which only comes first
    std::string reason; // "scoped to Action Step-1", "scoped to Environment Production, which does not hold here"
};

// Names are compared without case. Higher standing wins, then the more specific scope, then the first in the list.
class Resolution {
public:
    Resolution(std::vector<Candidate> candidates, Context context);

    // The value that counts; nothing when the name is unknown or no value of it matches.
    Candidate const* find(std::string_view name) const;
    std::vector<Candidate const*> winners() const; // by name
    std::vector<std::string> names() const;        // all that were given, in order, as their first value writes them
    // Every value of a name, the winner first.
    std::vector<Explained> explain(std::string_view name, NameOf const& name_of = {}) const;
    // The winners in the order of the candidates. It lives as long as this object, wherever that is moved.
    Dictionary const& dictionary() const { return dictionary_; }

private:
    struct Group { // values of one name: order_[first] … order_[last - 1]
        std::size_t first, last;
        std::size_t winner; // index of a candidate, or `none`
    };
    static constexpr std::size_t none = ~std::size_t(0);

    bool beats(Candidate const& one, Candidate const& other) const;
    Group const* find_group(std::string_view name) const;
    Group group_at(std::size_t first) const;
    std::vector<Variable> variables() const;
    Explained why_not(Candidate const& loser, Group const& group, NameOf const& name_of) const;

    std::vector<Candidate> candidates_;
    Context context_;
    std::vector<std::string> names_; // of the candidates, in lower case
    std::vector<std::size_t> order_; // candidates by name, then as given
    std::vector<Group> groups_;      // by name
    Dictionary dictionary_;
};

inline Resolution resolve(std::vector<Candidate> candidates, Context context) {
    return Resolution(std::move(candidates), std::move(context));
}

} // namespace stepwell::variables
