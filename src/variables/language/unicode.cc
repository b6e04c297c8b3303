#include "variables/language/unicode.h"

#include "variables/language/unicode_tables.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace stepwell::variables {

namespace {

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
        if (code == base::replacement_character)
            out += text.substr(at, size);
        else
            append_character(out, change(code));
        at += size;
    }
    return out;
}

} // namespace

bool is_letter_or_digit(char32_t code) {
    if (code < 0x80) return (code >= '0' && code <= '9') || ((code | 0x20) >= 'a' && (code | 0x20) <= 'z');
    return find_row<tables::Range>(tables::letters_and_digits, code) != nullptr;
}

// The dotless i and the long s stay unchanged, as in .NET's invariant culture: their capitals belong to other letters.
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
            append_character(out, base::replacement_character);
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
            add(base::high_surrogate(code)), add(base::low_surrogate(code));
        else
            add(code);
        at += size;
    }
    return out;
}

std::string from_utf16_bytes(std::string_view bytes) {
    std::string out;
    auto unit = [&](std::size_t at) {
        if (at + 1 >= bytes.size()) return base::replacement_character;
        return char32_t(static_cast<unsigned char>(bytes[at]) | static_cast<unsigned char>(bytes[at + 1]) << 8);
    };
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        auto code = unit(at);
        if (base::is_high_surrogate(code) && at + 3 < bytes.size() && base::is_low_surrogate(unit(at + 2)))
            code = base::join_surrogates(code, unit(at += 2));
        append_character(out, base::is_surrogate(code) ? base::replacement_character : code);
    }
    return out;
}

} // namespace stepwell::variables
