// A filter converts a text to a text: #{ argument | Name option option }. It returns nullopt if the argument has no
// value or the options are not accepted.
#pragma once
#include "base/clock.h"
#include "variables/filters/regex.h"
#include "variables/language/budget.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stepwell::variables {

// State shared by all filters of one evaluation.
struct FilterHost {
    Budget budget;
    base::Time now;
    RegexCache regexes;
};

using Options = std::span<std::string_view const>;
using Filtered = std::optional<std::string>;

struct FilterCall {
    std::optional<std::string_view> argument;
    Options options;
    FilterHost& host;

    std::string_view text() const { return *argument; }
    std::string_view option(std::size_t i) const { return options[i]; }
};

using FilterFunction = Filtered (*)(FilterCall const&);
struct FilterEntry {
    std::string_view name; // lower case
    FilterFunction apply;
    std::size_t min_options, max_options; // other counts return nullopt
    bool needs_argument = true;
};
constexpr std::size_t any_number = ~std::size_t(0);

// One table of filters per source file.
std::span<FilterEntry const> escape_filters();
std::span<FilterEntry const> text_filters();
std::span<FilterEntry const> hash_filters();
std::span<FilterEntry const> date_filters();
std::span<FilterEntry const> version_filters();
std::span<FilterEntry const> uri_filters();
std::span<FilterEntry const> markdown_filters();
std::span<FilterEntry const> regex_filters();

// Applies a filter by name, ignoring case. Returns nullopt if there is no such filter.
Filtered apply_filter(std::string_view name, FilterCall const& call);

// Returns the bytes of a text in the encoding utf8, utf-8 or unicode; nullopt for another name.
std::optional<std::string> encode(std::string_view text, std::string_view encoding);
// Decodes base64 that may contain white space. Returns nullopt if malformed.
std::optional<std::string> decode_base64(std::string_view text);

// Returns a digest. `algorithm` is md5, sha1, sha256, sha384 or sha512.
std::string digest(std::string_view algorithm, std::string_view bytes);

} // namespace stepwell::variables
