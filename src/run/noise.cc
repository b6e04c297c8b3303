#include "run/noise.h"

namespace stepwell::run {

namespace {

constexpr std::size_t longest_sequence = 32;

bool lies_within(char c, char first, char last) { return c >= first && c <= last; }

// ECMA-48: ESC [ parameters intermediates final, or ESC intermediates final. Strings (ESC ] and others) are text.
Noise escape_at(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    auto const skip = [&](char first, char last) {
        while (end < text.size() && end - at < longest_sequence && lies_within(text[end], first, last)) ++end;
    };
    if (end == text.size()) return {0, true};
    bool const is_control = text[end] == '[';
    if (is_control) skip('[', '[');
    if (is_control) skip('0', '?');
    skip(' ', '/');
    if (end == text.size()) return {0, true};
    bool const is_string = end == at + 1 && std::string_view("]PX^_").find(text[end]) != std::string_view::npos;
    if (is_string || !lies_within(text[end], is_control ? '@' : '0', '~')) return {};
    return {end + 1 - at, false};
}

// A character again where it was already.
Noise overstrike_at(std::string_view text, std::size_t at) {
    if (at == 0 || static_cast<unsigned char>(text[at - 1]) < 32) return {};
    if (at + 1 == text.size()) return {0, true};
    return {std::size_t{text[at + 1] == text[at - 1] ? 2u : 0u}, false};
}

Noise underline_at(std::string_view text, std::size_t at) {
    if (at + 1 == text.size()) return {0, true};
    return {std::size_t{text[at + 1] == '\b' ? 2u : 0u}, false};
}

} // namespace

Noise noise_at(std::string_view text, std::size_t at) {
    switch (text[at]) {
    case '\n':
    case '\r': return {1, false};
    case '\x1B': return escape_at(text, at);
    case '\b': return overstrike_at(text, at);
    case '_': return underline_at(text, at);
    default: return {};
    }
}

std::size_t sequence_before(std::string_view text, std::size_t at) {
    if (at >= 3 && text[at - 2] == '\b' && text[at - 1] == text[at - 3] &&
        static_cast<unsigned char>(text[at - 1]) >= 32)
        return 2;
    std::size_t const nearest = at - (at < longest_sequence ? at : longest_sequence);
    for (std::size_t begin = at; begin > nearest; --begin) {
        if (text[begin - 1] != '\x1B') continue;
        return begin - 1 + escape_at(text, begin - 1).size == at ? at - begin + 1 : 0;
    }
    return 0;
}

} // namespace stepwell::run
