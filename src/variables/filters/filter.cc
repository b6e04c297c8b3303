#include "variables/filters/filter.h"

#include "base/crypto.h"
#include "base/text.h"
#include "variables/language/unicode.h"

namespace stepwell::variables {

namespace {

std::unordered_map<std::string_view, FilterEntry const*> const& catalogue() {
    static auto const all = [] {
        std::unordered_map<std::string_view, FilterEntry const*> made;
        for (auto list : {escape_filters(), text_filters(), hash_filters(), date_filters(), version_filters(),
                          uri_filters(), markdown_filters(), regex_filters()})
            for (auto const& entry : list) made.emplace(entry.name, &entry);
        return made;
    }();
    return all;
}

} // namespace

Filtered apply_filter(std::string_view name, FilterCall const& call) {
    auto const& all = catalogue();
    auto found = all.find(base::to_lower(name));
    if (found == all.end()) return std::nullopt;
    auto const& entry = *found->second;
    if (entry.needs_argument && !call.argument) return std::nullopt;
    if (call.options.size() < entry.min_options || call.options.size() > entry.max_options) return std::nullopt;
    return entry.apply(call);
}

std::optional<std::string> encode(std::string_view text, std::string_view encoding) {
    if (base::equal_ignoring_case(encoding, "utf8") || base::equal_ignoring_case(encoding, "utf-8"))
        return std::string(text);
    if (base::equal_ignoring_case(encoding, "unicode")) return to_utf16_bytes(text);
    return std::nullopt;
}

std::optional<std::string> decode_base64(std::string_view text) {
    std::string packed;
    packed.reserve(text.size());
    for (auto c : text)
        if (std::string_view(" \t\r\n").find(c) == std::string_view::npos) packed += c;
    if (packed.size() % 4 != 0 || packed.ends_with("===")) return std::nullopt;
    return base::from_base64(packed);
}

} // namespace stepwell::variables
