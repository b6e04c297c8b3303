// What lies between the characters that a terminal shows: line ends, colours, titles, links and cursor moves, other
// controls, characters struck twice. A secret is found through it.
#pragma once
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

// The upper bit of each of eight bytes that is a control, or may be one: below 32, with or without its upper bit.
constexpr std::uint64_t controls_in(std::uint64_t eight) {
    constexpr std::uint64_t ones = 0x0101010101010101u;
    return ~((eight & ones * 127) + ones * 96) & ones * 128;
}
inline std::uint64_t controls_in(char const* eight) {
    std::uint64_t value;
    std::memcpy(&value, eight, 8);
    return controls_in(value);
}

// Of controls_in(eight), those that do not obviously continue a character: the byte before is no first byte of one, nor
// the second to last one the first of three or four. Two bytes before `eight` are read.
inline std::uint64_t controls_alone(char const* eight) {
    constexpr std::uint64_t ones = 0x0101010101010101u;
    auto const load = [](char const* place) {
        std::uint64_t value;
        std::memcpy(&value, place, 8);
        return value;
    };
    auto const at_least = [](std::uint64_t bytes, std::uint64_t least) { // of those above 127
        return bytes & ((bytes & ones * 127) + ones * (256 - least));
    };
    std::uint64_t const value = load(eight);
    std::uint64_t const continued = at_least(load(eight - 1), 0xC3) | at_least(load(eight - 2), 0xE0);
    return controls_in(value) & ~(value & continued);
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
