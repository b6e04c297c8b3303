// Regular expressions in .NET syntax, as far as PCRE2 supports their meaning. Each step is charged to the evaluation's
// budget, so that no expression or text can block it.
#pragma once
#include "variables/language/budget.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::variables {

class Regex {
public:
    Regex(std::string_view pattern, Budget& budget); // throws Stopped if the pattern is invalid
    ~Regex();
    Regex(Regex&&) noexcept;

    bool matches(std::string_view text, Budget& budget) const;
    // Replaces all matches. `replacement` may contain $1, ${name}, $&, $$, $`, $', $+ and $_.
    std::string replace(std::string_view text, std::string_view replacement, Budget& budget) const;

private:
    struct Compiled;
    struct Matching;
    struct Piece;

    std::vector<Piece> pieces_of(std::string_view replacement) const;
    std::size_t read_reference(std::string_view from, Piece& piece) const;
    std::string_view meaning_of(Piece const& piece, Matching const& matching) const;
    std::optional<std::uint32_t> find_group(std::string_view name) const;

    std::unique_ptr<Compiled> compiled_;
};

// The compiled expressions of one evaluation, by pattern.
class RegexCache {
public:
    Regex const& get(std::string_view pattern, Budget& budget);

private:
    std::map<std::string, Regex, std::less<>> known_;
};

// Translates a pattern to PCRE2 syntax. Throws Stopped for a pattern that .NET rejects and PCRE2 would interpret
// differently.
std::string translate_regex(std::string_view pattern);

} // namespace stepwell::variables
