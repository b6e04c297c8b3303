// `#{Name}` in a text. Blocks (`#{if …}`) and filters (`|`) are left as written and reported.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::variables {

struct Value {
    std::string_view text; // lives as long as the lookup's source
    bool literal = false;  // `#{…}` in it means nothing
    bool sensitive = false;
};
// The value of a name, compared without case; nothing when there is none. Asked once a name in a substitution.
using Lookup = std::function<std::optional<Value>(std::string_view name)>;

struct Substituted {
    std::string text;
    std::vector<std::string> read;    // names found, those inside other values too, in the order met
    std::vector<std::string> unknown; // names not found; they stay in the text as written
    std::vector<std::string> loops;   // "A → B → A": the reference that closes it stays as written
    std::vector<std::string> left;    // tags of blocks and filters: they stay as written
    bool sensitive = false;           // a sensitive value went in
    bool too_long = false;            // more than `limit` bytes came together: `text` is the given text, unchanged

    bool complete() const { return unknown.empty() && loops.empty() && left.empty() && !too_long; }
};

constexpr std::size_t most_substituted_bytes = 16u << 20;

// Linear in the text, the values it reads and the result. `##{` stands for `#{`. Values refer to others up to 64 deep;
// what is deeper is reported as a loop.
Substituted substitute(std::string_view text, Lookup const& lookup, std::size_t limit = most_substituted_bytes);

// Everything but "", "0", "False" and "No", without case.
bool is_truthy(std::string_view text);

} // namespace stepwell::variables
