#include "base/fold.h"

#include "base/text.h"
#include "base/utf8.h"

#include <cstdlib>
#include <memory>
#include <optional>
#include <utf8proc.h>

namespace stepwell::base {

namespace {

// Simple case folding (CaseFolding.txt of Unicode, statuses C and S). utf8proc applies full folding; where that gives
// several characters, the simple form is the lower case.
utf8proc_int32_t fold_character(utf8proc_int32_t code, void*) {
    constexpr utf8proc_int32_t dotted_capital_i = 0x130; // has no simple form
    if (code == dotted_capital_i) return code;
    utf8proc_int32_t folded[8];
    int boundary = 0;
    auto count = utf8proc_decompose_char(code, folded, 8, UTF8PROC_CASEFOLD, &boundary);
    return count == 1 ? folded[0] : utf8proc_tolower(code);
}

// Returns nullopt if the text is not UTF-8.
std::optional<std::string> compose(std::string_view text, utf8proc_custom_func change) {
    utf8proc_uint8_t* bytes = nullptr;
    constexpr auto options = utf8proc_option_t(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    auto size = utf8proc_map_custom(reinterpret_cast<utf8proc_uint8_t const*>(text.data()),
                                    utf8proc_ssize_t(text.size()), &bytes, options, change, nullptr);
    std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> const owner(bytes, &std::free);
    if (size < 0) return std::nullopt;
    return std::string(reinterpret_cast<char const*>(bytes), std::size_t(size));
}

} // namespace

std::string fold(std::string_view text) {
    if (is_ascii(text)) return to_lower(text);
    // Compose first, so that a letter and its combining mark fold as one character.
    auto composed = compose(text, nullptr);
    auto folded = composed ? compose(*composed, &fold_character) : std::nullopt;
    return folded ? std::move(*folded) : to_lower(text);
}

std::vector<std::string> fold_all(std::vector<std::string> texts) {
    for (auto& text : texts) text = fold(text);
    return texts;
}

bool equal_folded(std::string_view a, std::string_view b) {
    if (a == b || equal_ignoring_case(a, b)) return true;
    if (is_ascii(a) && is_ascii(b)) return false;
    return fold(a) == fold(b);
}

bool LessFolded::operator()(std::string_view a, std::string_view b) const {
    if (is_ascii(a) && is_ascii(b)) return LessIgnoringCase()(a, b);
    return fold(a) < fold(b);
}

} // namespace stepwell::base
