// The one rule of equality for what people name: names, slugs, ids, prompts, template symbols, steps and modules. Two
// texts are the same if their folded forms are: Unicode NFC with simple case folding, of texts trimmed on input.
// `Köln`, `KÖLN` and `ko\u0308ln` are one name; `Straße` and `Strasse` are two.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::base {

// Text that is no UTF-8 keeps its bytes, except for ASCII letters.
std::string fold(std::string_view text);
std::vector<std::string> fold_all(std::vector<std::string> texts);
// The same as fold(a) == fold(b); allocates nothing where both are ASCII.
bool equal_folded(std::string_view a, std::string_view b);

// Orders by folded form.
struct LessFolded {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};

template <class Value> using MapFolded = std::map<std::string, Value, LessFolded>;

} // namespace stepwell::base
