// What lies between the characters that a terminal shows: line ends, colours, titles, links and cursor moves, other
// controls, characters struck twice. A secret is found through it.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace stepwell::run {

struct Noise {
    std::size_t size = 0;
    bool cut_off = false; // the text ends before it is known whether there is some
};
constexpr std::size_t longest_noise = 4096; // one sequence, with the text of a title or a link in it
Noise noise_at(std::string_view text, std::size_t at);
// Size of the sequence or overstrike that ends right before `at` and begins in the same line, within `farthest_before`
// bytes; 0: none.
constexpr std::size_t farthest_before = 128;
std::size_t sequence_before(std::string_view text, std::size_t at);

// Whether `c` is one of the controls of eight bits, which are also the rest of many characters.
constexpr bool may_be_upper_control(char c) { return static_cast<unsigned char>(c) - 0x80u < 32; }

// Which of sixteen bytes are controls, or may be: below 32, with or without their upper bit. Left out are those that
// continue a character of several bytes, unless it is a control itself. Three bytes before `sixteen` are read.
struct Controls {
    std::uint64_t first, second; // 0xFF for each of eight bytes that is one
    bool any() const { return (first | second) != 0; }
    // Bytes behind the last one. There must be one.
    std::size_t behind_last() const {
        return static_cast<std::size_t>(second != 0 ? std::countl_zero(second) : 64 + std::countl_zero(first)) / 8;
    }
};
inline Controls controls_alone(char const* sixteen) {
    using Bytes = unsigned char __attribute__((vector_size(16)));
    auto const load = [](char const* place) {
        Bytes bytes;
        std::memcpy(&bytes, place, 16);
        return bytes;
    };
    auto const continue_character = [](Bytes bytes) { return (bytes & 0xC0) == 0x80; };
    Bytes const bytes = load(sixteen);
    auto alone = (bytes & 0x7F) < 32;
    Controls controls;
    static_assert(sizeof controls == sizeof alone);
    std::memcpy(&controls, &alone, sizeof controls);
    if (!controls.any()) return controls;
    Bytes const one_before = load(sixteen - 1), two_before = load(sixteen - 2), three_before = load(sixteen - 3);
    auto const of_four = continue_character(two_before) & (three_before >= 0xF0);
    auto const of_three = continue_character(one_before) & ((two_before >= 0xE0) | of_four);
    alone &= ~((bytes >= 0x80) & ((one_before >= 0xC3) | of_three));
    std::memcpy(&controls, &alone, sizeof controls);
    return controls;
}

// Whether `c` alone may be noise, or the beginning of some, and is no line end: other programs take it for text.
constexpr bool may_be_single_control(char c) {
    bool const moves = c == '\t' || c == '\n' || c == '\r' || c == '\b' || c == '\x1B';
    return (static_cast<unsigned char>(c) < 32 && !moves) || may_be_upper_control(c) || c == '\xC2';
}

// Whether the byte at `at` continues a character of several bytes.
bool is_rest_of_character(std::string_view text, std::size_t at);

// Whether noise may begin with `c`; `_` beside, which it may as well. A tabulator is shown, and 0xC2 begins the
// controls of eight bits in UTF-8.
constexpr bool may_be_noise(char c) {
    return (static_cast<unsigned char>(c) < 32 && c != '\t') || may_be_upper_control(c) || c == '\xC2';
}

} // namespace stepwell::run
