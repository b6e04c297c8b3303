// Finds the variables that a step may read, from its texts.
#pragma once
#include "variables/dictionary.h"

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace stepwell::domain {

// Foo, Foo.Bar and Foo[x] may be parts of each other's values. Returns, folded (base/fold.h), the names that contain
// this name, from the shortest to the name itself. Below 32 levels, nested names are treated as the name at level 32.
std::vector<std::string> wholes_of(std::string_view name);
// Returns the names in the `#{…}` of a text. For Foo[*].Bar, returns Foo.
std::vector<std::string> names_asked_for(std::string_view text);

// An index of the names that scripts, properties and variables mention. In doubt it reports a variable as needed: if
// any script uses a helper that reads variables, a script that contains a name as a word is treated as a reader of it.
// It does not find names that a script composes at run time.
class Mentions {
public:
    // `values` are the variables and properties; their texts must outlive the index. `scripts` are all texts that may
    // read values by other means than `#{…}`.
    Mentions(std::vector<variables::Variable> values, std::vector<std::string_view> const& scripts);

    // Returns true if a script, a property or a variable of the server may read the name or a part of it, directly or
    // through other variables. To limit the work, returns true for every call after the first 100.
    bool may_need(std::string_view name);

private:
    using ValuesByName = std::unordered_map<std::string, std::vector<std::size_t>>;

    std::vector<std::string> readers_of(std::string const& name) const;
    bool is_in_script(std::string const& name) const;
    bool is_word_in_script(std::string const& name) const;

    std::vector<variables::Variable> values_;
    // positions in values_, by the names in their texts, and by the names that contain those
    ValuesByName naming_, naming_below_;
    // names in the `#{…}` of scripts, and the names that contain those
    std::unordered_set<std::string> asked_, asked_below_;
    std::string scripts_; // folded
    bool has_helpers_ = false;
    int looks_left_ = 100;
};

} // namespace stepwell::domain
