// UTF-8: decoding, encoding, validation and truncation; and UTF-16 surrogate pairs. `run` has its own decoders, because
// a masked secret may be part of text that a strict decoder rejects.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace stepwell::base {

struct Character {
    char32_t code = 0;    // U+FFFD for a byte that starts no valid sequence
    std::size_t size = 1; // bytes
};
constexpr char32_t replacement_character = 0xFFFD;

constexpr bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
// Returns the length in bytes of the sequence that `first` starts; 1 for a byte that starts none.
constexpr std::size_t sequence_size(char first) {
    auto const byte = static_cast<unsigned char>(first);
    return byte < 0xC2 || byte > 0xF4 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// Decodes one character. `at` must be inside the text.
constexpr Character character_at(std::string_view text, std::size_t at) {
    auto const first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) return {first, 1};
    auto const size = sequence_size(text[at]);
    if (size == 1 || text.size() - at < size) return {replacement_character, 1};
    char32_t code = first & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if (!is_continuation(text[at + i])) return {replacement_character, 1};
        code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
    }
    constexpr char32_t min_code[] = {0, 0, 0x80, 0x800, 0x10000};
    bool const is_wrong = code < min_code[size] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000);
    return is_wrong ? Character{replacement_character, 1} : Character{code, size};
}
// `code` must be at most U+10FFFF.
void append_character(std::string& out, char32_t code);

bool is_ascii(std::string_view text);
bool is_utf8(std::string_view text);
// Returns true for Unicode white space.
bool is_space(char32_t code);
// Removes white space at the start, at the end, or both.
std::string_view trim_spaces(std::string_view text, bool start = true, bool end = true);
// Replaces each byte that is not part of a valid sequence with U+FFFD. Returns valid text unchanged.
std::string to_utf8(std::string_view bytes);

// Counts the code points of valid text.
std::size_t count_characters(std::string_view text);
// Returns the longest prefix of `text` of at most `max_bytes` bytes that does not cut a character.
std::string_view first_bytes(std::string_view text, std::size_t max_bytes);
// Returns the offset of the last character if it is incomplete; otherwise the size of `bytes`.
std::size_t end_of_characters(std::string_view bytes);

constexpr bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }
constexpr bool is_surrogate(char32_t unit) { return unit >= 0xD800 && unit < 0xE000; }
constexpr char32_t join_surrogates(char32_t high, char32_t low) {
    return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
}
// Surrogates of a code point above U+FFFF.
constexpr char32_t high_surrogate(char32_t code) { return 0xD7C0 + (code >> 10); }
constexpr char32_t low_surrogate(char32_t code) { return 0xDC00 | (code & 0x3FF); }

} // namespace stepwell::base
