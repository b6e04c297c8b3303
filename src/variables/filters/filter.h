// A filter makes a text of a text: #{ argument | Name option option }. Nothing is given where it cannot: for want of an
// argument, or with options it does not take.
#pragma once
#include "base/clock.h"
#include "variables/filters/regex.h"
#include "variables/language/budget.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stepwell::variables {

// What all filters of one evaluation share.
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
    std::string_view name; // in lower case
    FilterFunction apply;
    std::size_t min_options, max_options; // else: nothing
    bool needs_argument = true;
};
constexpr std::size_t any_number = ~std::size_t(0);

// Each file of filters has its own.
std::span<FilterEntry const> escape_filters();
std::span<FilterEntry const> text_filters();
std::span<FilterEntry const> hash_filters();
std::span<FilterEntry const> date_filters();
std::span<FilterEntry const> version_filters();
std::span<FilterEntry const> uri_filters();
std::span<FilterEntry const> markdown_filters();
std::span<FilterEntry const> regex_filters();

// Names are compared without case; an unknown one gives nothing.
Filtered apply_filter(std::string_view name, FilterCall const& call);

// utf8, utf-8, unicode: the bytes of a text in that encoding; nothing for another name.
std::optional<std::string> encode(std::string_view text, std::string_view encoding);
// Bytes of base64 with white space anywhere; nothing when it is none.
std::optional<std::string> decode_base64(std::string_view text);

// Digests by name, in lower case: md5, sha1, sha256, sha384, sha512.
std::string digest(std::string_view algorithm, std::string_view bytes);

} // namespace stepwell::variables
