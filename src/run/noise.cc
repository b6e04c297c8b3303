#include "run/noise.h"

#include "base/utf8.h"

#include <algorithm>

namespace stepwell::run {

namespace {

constexpr std::size_t longest_sequence = 128; // without text in it
constexpr std::size_t max_backspaces = 4;     // in a row, for one character
constexpr char bell = '\a', cancel = '\x18', substitute = '\x1A', escape = '\x1B';

bool lies_within(char c, char first, char last) { return c >= first && c <= last; }

// An 8-bit control at `at`, raw or in UTF-8, as the letter that follows ESC in its 7-bit form. 0: none.
struct UpperControl {
    char letter = 0;
    std::size_t size = 0;
    bool cut_off = false;
};
UpperControl upper_control_at(std::string_view text, std::size_t at) {
    std::size_t const size = text[at] == '\xC2' ? 2 : 1;
    if (at + size > text.size()) return {0, 0, true};
    char const c = text[at + size - 1];
    if (!may_be_upper_control(c) || (size == 1 && is_rest_of_character(text, at))) return {};
    return {static_cast<char>(static_cast<unsigned char>(c) - 0x40), size, false};
}

// ECMA-48: parameters, intermediates, final byte.
Noise sequence_from(std::string_view text, std::size_t begin, std::size_t end, bool is_control) {
    auto const skip = [&](char first, char last) {
        while (end < text.size() && end - begin < longest_sequence && lies_within(text[end], first, last)) ++end;
    };
    if (is_control) skip('[', '[');
    if (is_control) skip('0', '?');
    skip(' ', '/');
    if (end == text.size()) return {0, true};
    if (!lies_within(text[end], is_control ? '@' : '0', '~')) return {};
    return {end + 1 - begin, false};
}

// Returns a control string up to its terminator, or up to a byte that ends it on a terminal, or the end of the line.
Noise string_from(std::string_view text, std::size_t begin, std::size_t end) {
    for (std::size_t const limit = std::min(text.size(), begin + longest_noise); end < limit; ++end) {
        char const c = text[end];
        if (c == bell || c == cancel || c == substitute) return {end + 1 - begin, false};
        if (c == '\n' || c == '\r') return {end - begin, false};
        if (c == escape) {
            if (end + 1 == text.size()) return {0, true};
            return {end - begin + (text[end + 1] == '\\' ? 2 : 0), false};
        }
        if (!may_be_upper_control(c) && c != '\xC2') continue;
        UpperControl const control = upper_control_at(text, end);
        if (control.cut_off) return {0, true};
        if (control.letter == '\\') return {end - begin + control.size, false};
    }
    return {0, end == text.size() && end - begin < longest_noise};
}

// Returns the sequence introduced by ESC and `letter`, or by the equivalent control, which end at `end`.
Noise introduced_by(char letter, std::string_view text, std::size_t begin, std::size_t end) {
    if (letter == '[') return sequence_from(text, begin, end, true);
    bool const is_string = letter == ']' || letter == 'P' || letter == 'X' || letter == '^' || letter == '_';
    return is_string ? string_from(text, begin, end) : Noise{end - begin, false};
}

Noise escape_at(std::string_view text, std::size_t at) {
    if (at + 1 == text.size()) return {0, true};
    char const letter = text[at + 1];
    return lies_within(letter, '@', '_') ? introduced_by(letter, text, at, at + 2)
                                         : sequence_from(text, at, at + 1, false);
}

Noise upper_at(std::string_view text, std::size_t at) {
    UpperControl const control = upper_control_at(text, at);
    if (control.cut_off) return {0, true};
    return control.size == 0 ? Noise{} : introduced_by(control.letter, text, at, at + control.size);
}

// Returns the number of bytes of the character that ends at `at`.
std::size_t size_of_character_before(std::string_view text, std::size_t at) {
    std::size_t size = 1;
    while (size < 4 && size < at && base::is_continuation(text[at - size])) ++size;
    return static_cast<unsigned char>(text[at - size]) >= 0xC2 ? size : 1;
}

// Matches the same character printed again in the same position, or an underline.
Noise overstrike_at(std::string_view text, std::size_t at) {
    if (at == 0 || static_cast<unsigned char>(text[at - 1]) < 32) return {};
    std::size_t end = at;
    while (end < text.size() && end - at < max_backspaces && text[end] == '\b') ++end;
    if (end == text.size()) return {0, true};
    bool cut_off = false;
    for (std::size_t const size : {size_of_character_before(text, at), std::size_t{1}}) {
        std::string_view const again = text.substr(end, size);
        if (again != text.substr(at - size, again.size())) continue;
        if (again.size() == size) return {end - at + size, false};
        cut_off = true;
    }
    if (cut_off) return {0, true};
    return {text[end] == '_' ? end - at + 1 : 0, false};
}

Noise underline_at(std::string_view text, std::size_t at) {
    if (at + 1 == text.size()) return {0, true};
    return {std::size_t{text[at + 1] == '\b' ? 2u : 0u}, false};
}

bool may_end_string(std::string_view sequence) {
    char const last = sequence.back();
    return last == bell || last == cancel || last == substitute || last == '\x9C' ||
           (last == '\\' && sequence.size() == 2);
}

} // namespace

bool is_rest_of_character(std::string_view text, std::size_t at) {
    if (!base::is_continuation(text[at])) return false;
    for (std::size_t before = 1; before <= 3 && before <= at; ++before) {
        auto const c = static_cast<unsigned char>(text[at - before]);
        if (!base::is_continuation(text[at - before])) return c >= (before < 2 ? 0xC2 : before < 3 ? 0xE0 : 0xF0);
    }
    return false;
}

Noise noise_at(std::string_view text, std::size_t at) {
    char const c = text[at];
    switch (c) {
    case escape: return escape_at(text, at);
    case '\b': return overstrike_at(text, at);
    case '_': return underline_at(text, at);
    case '\t': return {};
    default:
        if (static_cast<unsigned char>(c) < 32) return {1, false};
        return may_be_noise(c) ? upper_at(text, at) : Noise{};
    }
}

// The nearest control before `at` starts the sequence, unless that control ends a control string.
std::size_t sequence_before(std::string_view text, std::size_t at) {
    text = text.substr(0, at);
    if (text.ends_with("_\b")) return 2;
    std::size_t found = 0;
    std::size_t const nearest = at - std::min(at, farthest_before);
    for (std::size_t begin = at; begin > nearest; --begin) {
        if (begin >= nearest + 16 && begin >= 19) {
            Controls const controls = controls_alone(text.data() + begin - 16);
            begin -= controls.any() ? controls.behind_last() : 15;
            if (!controls.any()) continue;
        }
        char const c = text[begin - 1];
        if (c == '\n' || c == '\r') break;
        if (!may_be_noise(c)) continue;
        if (may_be_upper_control(c) && begin > nearest + 1 && text[begin - 2] == '\xC2') --begin;
        std::size_t const size = noise_at(text, begin - 1).size;
        bool const is_it = size > 0 && begin - 1 + size == at;
        if (is_it) found = size;
        bool const is_character = static_cast<unsigned char>(c) >= 0x80 && size == 0;
        if (!is_character && !(is_it && may_end_string(text.substr(begin - 1)))) break;
    }
    return found;
}

} // namespace stepwell::run
