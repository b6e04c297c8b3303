// Which variables a step may ask for, by what its texts say.
#pragma once
#include "variables/dictionary.h"

#include <string>
#include <unordered_map>

namespace stepwell::domain {

// Foo, Foo.Bar and Foo[x] may be parts of one another's values. Returns, in lower case, the wholes that a name may be a
// part of, the longest last, which is the name itself. What is nested deeper than 32 levels is treated as one.
std::vector<std::string> wholes_of(std::string_view name);
// The names in the `#{…}` of a text; of Foo[*].Bar, Foo.
std::vector<std::string> names_asked_for(std::string_view text);

// Errs on the side of need: a script that contains a name anywhere counts as one that reads it. A name that a script
// puts together at run time is not seen.
class Mentions {
public:
    // `values` are those of the variables and properties, which must outlive it; `scripts` all texts that may ask for
    // values in another way than with `#{…}`.
    Mentions(std::vector<variables::Variable> values, std::vector<std::string_view> const& scripts);

    // Whether a script, a property or a variable of the server may read the name, or a part of it, directly or by way
    // of other variables. Returns true without a look for names beyond the first 100, so that the work stays in bounds.
    bool may_need(std::string_view name);

private:
    using ValuesByName = std::unordered_map<std::string, std::vector<std::size_t>>;

    std::vector<std::string> readers_of(std::string const& name) const;
    bool is_in_script(std::string const& name) const;

    std::vector<variables::Variable> values_;
    ValuesByName naming_, naming_below_; // values by the names in them, and by what these are parts of
    std::string scripts_;                // in lower case
    int looks_left_ = 100;
};

} // namespace stepwell::domain
