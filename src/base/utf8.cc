#include "base/utf8.h"

#include <algorithm>

namespace stepwell::base {

namespace {

constexpr std::size_t max_continuations = 3;

// Returns the number of bytes of the valid sequence at `at`; 0 if there is none.
std::size_t valid_size(std::string_view text, std::size_t at) {
    auto const [code, size] = character_at(text, at);
    return size == 1 && code == replacement_character ? 0 : size;
}

} // namespace

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

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_space(char32_t code) {
    if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r');
    return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
           code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

std::string_view trim_spaces(std::string_view text, bool start, bool end) {
    while (start && !text.empty()) {
        auto [code, size] = character_at(text, 0);
        if (!is_space(code)) break;
        text.remove_prefix(size);
    }
    while (end && !text.empty()) {
        auto at = text.size() - 1;
        while (at > 0 && text.size() - at < 4 && is_continuation(text[at])) --at;
        if (!is_space(character_at(text, at).code)) break;
        text.remove_suffix(text.size() - at);
    }
    return text;
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        auto const size = valid_size(text, at);
        if (size == 0) return false;
        at += size;
    }
    return true;
}

std::string to_utf8(std::string_view bytes) {
    if (is_utf8(bytes)) return std::string(bytes);
    std::string out;
    for (std::size_t at = 0; at < bytes.size();) {
        auto const size = valid_size(bytes, at);
        if (size == 0)
            append_character(out, replacement_character);
        else
            out += bytes.substr(at, size);
        at += std::max<std::size_t>(size, 1);
    }
    return out;
}

std::size_t count_characters(std::string_view text) {
    return text.size() - std::size_t(std::ranges::count_if(text, is_continuation));
}

std::string_view first_bytes(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text;
    auto end = max_bytes;
    for (std::size_t back = 0; back < max_continuations && end > 0 && is_continuation(text[end]); ++back) --end;
    return text.substr(0, end);
}

std::size_t end_of_characters(std::string_view bytes) {
    for (std::size_t back = 1; back <= std::min(max_continuations, bytes.size()); ++back) {
        auto const first = bytes[bytes.size() - back];
        if (!is_continuation(first)) return sequence_size(first) > back ? bytes.size() - back : bytes.size();
    }
    return bytes.size();
}

} // namespace stepwell::base
