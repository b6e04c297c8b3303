// The forms in which programs write a secret.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace stepwell::run {

enum class Form : std::uint8_t {
    raw,
    backslash,    // JSON, C, Python, $'…', "…" and \ of shells: \" \n \x1f \037 \u001f
    percent,      // URLs and forms: %2F; a blank may be +
    entity,       // XML and HTML: &amp; &#38; &#x26;
    shell_quote,  // '\'' and '"'"'
    backtick,     // PowerShell
    twice_single, // ''
    twice_double, // ""
    twice_dollar, // $$
    twice_percent,
    pattern, // as traced by bash in comparisons: a backslash before each character
    dotted,  // as next to a hex dump: non-printable characters are dots
    last_text = dotted,
    hex,
    base64, // at the three offsets within a group of three bytes
    base64_1,
    base64_2,
    utf16, // little-endian
    utf16_base64,
    utf16_base64_1,
    utf16_base64_2,
    count_
};

using FormSet = std::uint32_t;
constexpr FormSet set_of(Form form) { return FormSet{1} << static_cast<int>(form); }
constexpr FormSet text_forms = (set_of(Form::last_text) << 1) - 1;

// The result of following one form of a secret through a text.
struct Walk {
    std::size_t end = 0;    // offset after the complete form; 0: no match, or undecided
    bool undecided = false; // the text ends before the form is complete
    // if undecided: offset after the part that must be masked; 0: too little of the secret to mask
    std::size_t told = 0;
};

// Returns true if a cut-off part of a secret must be masked: at least half of it, or 8 bytes, which may identify it.
constexpr bool is_telling(std::size_t matched, std::size_t size) { return matched * 2 >= size || matched >= 8; }

inline std::uint32_t load_key(char const* bytes) {
    std::uint32_t key;
    std::memcpy(&key, bytes, 4);
    return key;
}

constexpr bool is_line_end(char c) { return c == '\n' || c == '\r'; }
constexpr bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    char const lower = static_cast<char>(c | 32);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

struct CodePoint {
    std::uint32_t value;
    std::size_t size;
};
// Decodes the first code point of `text`, which must not be empty. A byte that is not UTF-8 is returned as itself.
// Unlike base::character_at, this also decodes invalid code points such as surrogates, because programs print secrets
// that way.
inline CodePoint first_code_point(std::string_view text) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned const first = byte(0);
    std::size_t const size = first >= 0xF0 && first < 0xF8 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
    if (size == 1 || first >= 0xF8 || text.size() < size) return {first, 1};
    unsigned value = first & (0x7Fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {first, 1};
        value = value << 6 | (byte(i) & 0x3F);
    }
    return {value, size};
}

} // namespace stepwell::run
