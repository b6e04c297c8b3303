// Bytes between visible characters: line ends, colors, titles, links, cursor moves, other controls, overstrikes.
// Secrets are found through them.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace stepwell::run {

struct Noise {
    std::size_t size = 0;
    bool cut_off = false; // the text ends before this can be decided
};
constexpr std::size_t longest_noise = 4096; // one sequence, including the text of a title or link in it
Noise noise_at(std::string_view text, std::size_t at);
// Returns the size of the sequence or overstrike that ends immediately before `at` and starts in the same line, within
// `farthest_before` bytes; 0 if there is none.
constexpr std::size_t farthest_before = 128;
std::size_t sequence_before(std::string_view text, std::size_t at);

// Returns true if `c` is an 8-bit control, which may also be a continuation byte of a character.
constexpr bool may_be_upper_control(char c) { return static_cast<unsigned char>(c) - 0x80u < 32; }

// Finds possible controls among sixteen bytes: values below 32, with or without the high bit. Excludes continuation
// bytes of multi-byte characters, unless the character is a control itself. Also reads the three bytes before
// `sixteen`.
struct Controls {
    std::uint32_t bits; // the lowest bit is for the first byte
    bool any() const { return bits != 0; }
    // Returns the number of bytes after the last control. There must be one.
    std::size_t behind_last() const { return static_cast<std::size_t>(std::countl_zero(bits)) - 16; }
};
inline Controls controls_alone(char const* sixteen) {
    using Bytes = unsigned char __attribute__((ext_vector_type(16)));
    using Signed = signed char __attribute__((ext_vector_type(16)));
    using Bits = bool __attribute__((ext_vector_type(16)));
    auto const load = [](char const* place) {
        Bytes bytes;
        std::memcpy(&bytes, place, 16);
        return bytes;
    };
    auto const bits_of = [](auto mask) {
        return __builtin_bit_cast(std::uint16_t, __builtin_convertvector(mask, Bits));
    };
    auto const over = [](Bytes bytes, unsigned char most) { return __builtin_elementwise_sub_sat(bytes, Bytes(most)); };
    auto const continues_character = [](Bytes bytes) { return Bytes(Signed(bytes) < Signed(-64)); };
    Bytes const bytes = load(sixteen);
    auto const low = (bytes & Bytes(0x7F)) < Bytes(32);
    // Not 0 where a byte of the right size starts the character.
    Bytes const one_before = load(sixteen - 1);
    auto const is_ascii = Signed(bytes) >= Signed(0);
    auto const not_second = low & (is_ascii | (over(one_before, 0xC2) == Bytes(0)));
    Controls const all{bits_of(not_second)};
    if (!all.any()) return all;
    Bytes const two_before = load(sixteen - 2), three_before = load(sixteen - 3);
    Bytes const of_four = over(three_before, 0xEF) & continues_character(two_before);
    Bytes const of_three = (over(two_before, 0xDF) | of_four) & continues_character(one_before);
    return {bits_of(not_second & (is_ascii | (of_three == Bytes(0))))};
}

// Returns true if `c` alone may be noise or start noise, and is not a line end: some programs treat it as text.
constexpr bool may_be_single_control(char c) {
    bool const moves = c == '\t' || c == '\n' || c == '\r' || c == '\b' || c == '\x1B';
    return (static_cast<unsigned char>(c) < 32 && !moves) || may_be_upper_control(c) || c == '\xC2';
}

// Returns true if the byte at `at` is a continuation byte of a character.
bool is_rest_of_character(std::string_view text, std::size_t at);

// Returns true if noise may begin with `c`. Excludes `_`, which may begin noise too. A tab is visible; 0xC2 starts the
// 8-bit controls in UTF-8.
constexpr bool may_be_noise(char c) {
    return (static_cast<unsigned char>(c) < 32 && c != '\t') || may_be_upper_control(c) || c == '\xC2';
}

} // namespace stepwell::run
