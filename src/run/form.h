// The ways in which programs write a secret down.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace stepwell::run {

enum class Form : std::uint8_t {
    raw,
    backslash,    // JSON, C, Python, $'…', "…" and \ of shells: \" \n \x1f \037 \u001f
    percent,      // addresses and forms: %2F, blank also +
    entity,       // XML and HTML: &amp; &#38; &#x26;
    shell_quote,  // '\'' and '"'"'
    backtick,     // PowerShell
    twice_single, // ''
    twice_double, // ""
    twice_dollar, // $$
    twice_percent,
    pattern, // as bash traces what is compared: a backslash before each character
    dotted,  // as beside a dump: what cannot be printed is a dot
    last_text = dotted,
    hex,
    base64, // at the three places in a group of three bytes
    base64_1,
    base64_2,
    utf16, // little endian
    utf16_base64,
    utf16_base64_1,
    utf16_base64_2,
    count_
};

using FormSet = std::uint32_t;
constexpr FormSet set_of(Form form) { return FormSet{1} << static_cast<int>(form); }
constexpr FormSet text_forms = (set_of(Form::last_text) << 1) - 1;

// How far a text is the form of a secret that its beginning promises.
struct Walk {
    std::size_t end = 0;    // behind the form; 0: it is not, or not yet
    bool undecided = false; // the text ends before that is known
    std::size_t told = 0;   // then: behind what is there of the secret; 0: not enough of it to be masked
};

// Whether so much of a secret, cut off there, is masked: half of it, or what may be enough to know which one it is.
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
// At the beginning of `text`, which is not empty. A byte that is no UTF-8 stands for itself. Unlike base::character_at
// it also decodes what is not valid, such as surrogates: programs print secrets in such forms.
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
