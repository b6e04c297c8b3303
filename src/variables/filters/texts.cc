#include "base/text.h"
#include "variables/dotnet/number.h"
#include "variables/filters/filter.h"
#include "variables/language/unicode.h"

#include <limits>

namespace stepwell::variables {

namespace {

std::optional<std::size_t> count_of(std::string_view option) {
    auto number = dotnet::parse_integer(option, 0, std::numeric_limits<std::int32_t>::max());
    return number ? std::optional(std::size_t(*number)) : std::nullopt;
}

Filtered truth(bool holds) { return holds ? "true" : "false"; }

Filtered lower_case(FilterCall const& call) { return to_lower(call.text()); }
Filtered upper_case(FilterCall const& call) { return to_upper(call.text()); }
Filtered starts_with(FilterCall const& call) { return truth(call.text().starts_with(call.option(0))); }
Filtered ends_with(FilterCall const& call) { return truth(call.text().ends_with(call.option(0))); }
Filtered contains(FilterCall const& call) { return truth(call.text().find(call.option(0)) != std::string_view::npos); }

Filtered substring(FilterCall const& call) {
    auto start = call.options.size() == 2 ? count_of(call.option(0)) : std::optional(std::size_t(0));
    auto count = count_of(call.options.back());
    if (!start || !count || *start > count_units(call.text())) return std::nullopt;
    return slice_units(call.text(), *start, *count);
}

Filtered truncate(FilterCall const& call) {
    auto count = count_of(call.option(0));
    if (!count) return std::nullopt;
    if (count_units(call.text()) <= *count) return std::string(call.text());
    return slice_units(call.text(), 0, *count) + std::string(call.options.size() > 1 ? call.option(1) : "...");
}

Filtered trim(FilterCall const& call) {
    if (call.options.empty()) return std::string(trim_spaces(call.text()));
    bool start = base::equal_ignoring_case(call.option(0), "start");
    if (!start && !base::equal_ignoring_case(call.option(0), "end")) return std::nullopt;
    return std::string(trim_spaces(call.text(), start, !start));
}

std::string concatenated(FilterCall const& call, std::string out) {
    for (auto option : call.options) call.host.budget.append(out, option);
    return out;
}
Filtered append(FilterCall const& call) { return concatenated(call, std::string(call.argument.value_or(""))); }
Filtered prepend(FilterCall const& call) {
    auto out = concatenated(call, {});
    call.host.budget.append(out, call.argument.value_or(""));
    return out;
}

struct Indents {
    std::string first, others;
};

// Parses "4" (all lines), "/4" (all except the first) or "2/4". Returns nullopt for any other text.
std::optional<Indents> blanks_of(std::string_view option) {
    auto blanks = [](std::string_view digits) -> std::optional<std::string> {
        if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
        auto count = dotnet::parse_integer(digits, 0, 255);
        return count ? std::optional(std::string(std::size_t(*count), ' ')) : std::nullopt;
    };
    auto slash = option.find('/');
    auto first = slash == 0 ? std::optional(std::string()) : blanks(option.substr(0, slash));
    auto others = slash == std::string_view::npos ? first : blanks(option.substr(slash + 1));
    if (!first || !others) return std::nullopt;
    return Indents{std::move(*first), std::move(*others)};
}

Indents indents_of(Options options) {
    if (options.empty()) return {"    ", "    "};
    if (options.size() == 2) return {std::string(options[0]), std::string(options[1])};
    if (auto blanks = blanks_of(options[0])) return *blanks;
    return {std::string(options[0]), std::string(options[0])};
}

Filtered indent(FilterCall const& call) {
    auto text = call.text();
    if (text.empty()) return "";
    if (call.options.size() > 2) return std::nullopt;
    auto indents = indents_of(call.options);
    auto& budget = call.host.budget;
    std::string out = indents.first;
    for (;;) {
        auto line = text.find('\n');
        auto size = line == std::string_view::npos ? text.size() : line + 1;
        budget.append(out, text.substr(0, size));
        text.remove_prefix(size);
        if (line == std::string_view::npos) return out;
        budget.append(out, indents.others);
    }
}

} // namespace

std::span<FilterEntry const> text_filters() {
    static constexpr FilterEntry all[] = {
        {"tolower", lower_case, 0, 0},
        {"toupper", upper_case, 0, 0},
        {"startswith", starts_with, 1, 1},
        {"endswith", ends_with, 1, 1},
        {"contains", contains, 1, 1},
        {"substring", substring, 1, 2},
        {"truncate", truncate, 1, 2},
        {"trim", trim, 0, any_number},
        {"append", append, 1, any_number, false},
        {"prepend", prepend, 1, any_number, false},
        {"indent", indent, 0, any_number},
    };
    return all;
}

} // namespace stepwell::variables
