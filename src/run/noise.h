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
    std::uint32_t bits; // of the first byte is the lowest
    bool any() const { return bits != 0; }
    // Bytes behind the last one. There must be one.
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
    // Not 0 where a byte of the right size begins the character.
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
