#include "variables/language/unicode.h"

#include "variables/language/unicode_tables.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace stepwell::variables {

namespace {

constexpr char32_t replacement = 0xFFFD;

template <class Row> Row const* find_row(std::span<Row const> rows, char32_t code) {
    auto found = std::ranges::lower_bound(rows, code, {}, [](Row const& row) { return char32_t(row.last); });
    return found != rows.end() && found->first <= code ? &*found : nullptr;
}

char32_t map(std::span<tables::Mapping const> rows, char32_t code) {
    auto row = find_row<tables::Mapping>(rows, code);
    if (!row || (code - row->first) % row->stride != 0) return code;
    return char32_t(std::int32_t(code) + row->distance);
}

template <class Change> std::string map_all(std::string_view text, Change const& change) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        auto [code, size] = character_at(text, at);
        if (code == replacement)
            out += text.substr(at, size);
        else
            append_character(out, change(code));
        at += size;
    }
    return out;
}

} // namespace

Character character_at(std::string_view text, std::size_t at) {
    auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
    auto first = byte(0);
    if (first < 0x80) return {first, 1};
    std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    char32_t code = first & (0xFFu >> (size + 1));
    if (first < 0xC2 || first > 0xF4) return {replacement, 1};
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {replacement, 1};
        code = code << 6 | (byte(i) & 0x3F);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    bool is_wrong = code < least[size] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000);
    return is_wrong ? Character{replacement, 1} : Character{code, size};
}

void append_character(std::string& out, char32_t code) {
    auto tail = [&](unsigned shift) { out += char(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
        out += char(code);
    } else if (code < 0x800) {
        out += char(0xC0 | (code >> 6));
        tail(0);
    } else if (code < 0x10000) {
        out += char(0xE0 | (code >> 12));
        tail(6), tail(0);
    } else {
        out += char(0xF0 | (code >> 18));
        tail(12), tail(6), tail(0);
    }
}

bool is_space(char32_t code) {
    if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r');
    return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
           code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool is_letter_or_digit(char32_t code) {
    if (code < 0x80) return (code >= '0' && code <= '9') || ((code | 0x20) >= 'a' && (code | 0x20) <= 'z');
    return find_row<tables::Range>(tables::letters_and_digits, code) != nullptr;
}

// The dotless i and the long s stay, as in .NET without a culture: their capitals are those of other letters.
char32_t upper_of(char32_t code) {
    if (code < 0x80) return code >= 'a' && code <= 'z' ? code - 32 : code;
    if (code == 0x131 || code == 0x17F) return code;
    return map(tables::to_upper, code);
}

char32_t lower_of(char32_t code) {
    if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
    return map(tables::to_lower, code);
}

std::string to_upper(std::string_view text) { return map_all(text, upper_of); }
std::string to_lower(std::string_view text) { return map_all(text, lower_of); }
bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string_view trim_spaces(std::string_view text, bool start, bool end) {
    while (start && !text.empty()) {
        auto [code, size] = character_at(text, 0);
        if (!is_space(code)) break;
        text.remove_prefix(size);
    }
    while (end && !text.empty()) {
        auto at = text.size() - 1;
        while (at > 0 && text.size() - at < 4 && (text[at] & 0xC0) == 0x80) --at;
        if (!is_space(character_at(text, at).code)) break;
        text.remove_suffix(text.size() - at);
    }
    return text;
}

std::size_t count_units(std::string_view text) {
    std::size_t units = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto [code, size] = character_at(text, at);
        units += units_of(code);
        at += size;
    }
    return units;
}

std::string slice_units(std::string_view text, std::size_t first, std::size_t count) {
    std::string out;
    std::size_t unit = 0, last = count > text.size() ? first + text.size() : first + count;
    for (std::size_t at = 0; at < text.size() && unit < last;) {
        auto [code, size] = character_at(text, at);
        auto next = unit + units_of(code);
        if (unit >= first && next <= last)
            out += text.substr(at, size);
        else if (next > first)
            append_character(out, replacement);
        unit = next;
        at += size;
    }
    return out;
}

std::string to_utf16_bytes(std::string_view text) {
    std::string out;
    out.reserve(text.size() * 2);
    auto add = [&](char32_t unit) { out += char(unit & 0xFF), out += char(unit >> 8); };
    for (std::size_t at = 0; at < text.size();) {
        auto [code, size] = character_at(text, at);
        if (code > 0xFFFF)
            add(0xD7C0 + (code >> 10)), add(0xDC00 | (code & 0x3FF));
        else
            add(code);
        at += size;
    }
    return out;
}

std::string from_utf16_bytes(std::string_view bytes) {
    std::string out;
    auto unit = [&](std::size_t at) {
        if (at + 1 >= bytes.size()) return replacement;
        return char32_t(static_cast<unsigned char>(bytes[at]) | static_cast<unsigned char>(bytes[at + 1]) << 8);
    };
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        auto code = unit(at);
        if (code >= 0xD800 && code < 0xDC00 && at + 3 < bytes.size() && (unit(at + 2) & 0xFC00) == 0xDC00)
            code = 0x10000 + ((code & 0x3FF) << 10) + (unit(at += 2) & 0x3FF);
        append_character(out, code >= 0xD800 && code < 0xE000 ? replacement : code);
    }
    return out;
}

} // namespace stepwell::variables
