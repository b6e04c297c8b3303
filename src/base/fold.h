// The equality rule for user-given names: names, slugs, ids, prompts, template symbols, steps and modules. Two texts
// are equal if their folded forms are: Unicode NFC with simple case folding. Texts are trimmed on input. `Köln`, `KÖLN`
// and `ko\u0308ln` are one name; `Straße` and `Strasse` are two.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::base {

// Returns the folded form. Text that is not valid UTF-8 keeps its bytes, except that ASCII letters are lower-cased.
std::string fold(std::string_view text);
std::vector<std::string> fold_all(std::vector<std::string> texts);
// Returns fold(a) == fold(b), without allocating if both are ASCII.
bool equal_folded(std::string_view a, std::string_view b);

// An ordering by folded form, for maps and sets.
struct LessFolded {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};

template <class Value> using MapFolded = std::map<std::string, Value, LessFolded>;

} // namespace stepwell::base
