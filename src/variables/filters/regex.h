// Regular expressions in .NET's syntax, as far as PCRE2 can do what they mean. Steps are paid for from the budget of
// the evaluation, so that no expression and no text can hold it up.
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
    Regex(std::string_view pattern, Budget& budget); // throws Stopped when it is wrong
    ~Regex();
    Regex(Regex&&) noexcept;

    bool matches(std::string_view text, Budget& budget) const;
    // $1, ${name}, $&, $$, $`, $', $+, $_ stand for what was matched.
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

// Those of one evaluation, by pattern.
class RegexCache {
public:
    Regex const& get(std::string_view pattern, Budget& budget);

private:
    std::map<std::string, Regex, std::less<>> known_;
};

// The same expression in PCRE2's words. Throws Stopped for what .NET refuses and PCRE2 would take for something else.
std::string translate_regex(std::string_view pattern);

} // namespace stepwell::variables
