#include "cli/text_width.h"

#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace stepwell::cli {

namespace {

struct Range {
    char32_t first, last;
};

// Ranges of the Unicode character database, by block: East Asian Width W and F, general category Mn.
constexpr std::array wide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
                          Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
                          Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
                          Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};
constexpr std::array combining{Range{0x300, 0x36F},   Range{0x483, 0x489},   Range{0x591, 0x5BD},
                               Range{0x610, 0x61A},   Range{0x64B, 0x65F},   Range{0x1AB0, 0x1AFF},
                               Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200D}, Range{0x20D0, 0x20FF},
                               Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}, Range{0xE0100, 0xE01EF}};

template <std::size_t count> bool in(std::array<Range, count> const& ranges, char32_t c) {
    return std::ranges::any_of(ranges, [c](Range const& range) { return c >= range.first && c <= range.last; });
}

std::size_t width_of(char32_t c) {
    if (in(combining, c)) return 0;
    return in(wide, c) ? 2 : 1;
}

bool steers(char32_t c) {
    bool const control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    bool const direction = c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return control || direction || c == 0x2028 || c == 0x2029;
}

} // namespace

std::size_t display_width(std::string_view bytes) {
    auto const text = base::to_utf8(bytes);
    std::size_t width = 0;
    for (std::string_view rest = text; !rest.empty();) {
        auto const [c, size] = base::character_at(rest, 0);
        width += width_of(c);
        rest.remove_prefix(size);
    }
    return width;
}

std::string truncated(std::string_view bytes, std::size_t most) {
    auto text = base::to_utf8(bytes);
    if (display_width(text) <= most) return text;
    if (most == 0) return {};
    std::size_t width = 0, kept = 0;
    while (kept < text.size()) {
        auto const [c, size] = base::character_at(text, kept);
        if (width + width_of(c) > most - 1) break;
        width += width_of(c);
        kept += size;
    }
    text.resize(kept);
    return text.append("…");
}

// Controls below U+0020 are already escaped in JSON.
std::string harmless_json(std::string_view json) {
    auto const text = base::to_utf8(json);
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
        auto const [c, size] = base::character_at(rest, 0);
        if (c > 0x20 && steers(c))
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", std::uint32_t(c));
        else
            out += rest.substr(0, size);
        rest.remove_prefix(size);
    }
    return out;
}

std::string printable(std::string_view bytes) {
    auto const text = base::to_utf8(bytes);
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
        auto const [c, size] = base::character_at(rest, 0);
        out += steers(c) ? std::string_view("\xEF\xBF\xBD") : rest.substr(0, size);
        rest.remove_prefix(size);
    }
    return out;
}

} // namespace stepwell::cli
