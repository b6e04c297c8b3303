// What lies between the characters that a terminal shows: line ends, colours and cursor moves, characters struck twice.
// A secret is found through it.
#pragma once
#include <cstddef>
#include <string_view>

namespace stepwell::run {

struct Noise {
    std::size_t size = 0;
    bool cut_off = false; // the text ends before it is known whether there is some
};
Noise noise_at(std::string_view text, std::size_t at);
// Size of the sequence or overstrike that ends right before `at`; 0: none.
std::size_t sequence_before(std::string_view text, std::size_t at);

// Whether noise may begin with `c`; `_` beside, which it may as well.
constexpr bool may_be_noise(char c) { return c == '\n' || c == '\r' || c == '\b' || c == '\x1B'; }

} // namespace stepwell::run
