// Unicode operations of the language on UTF-8 text. Lengths visible to authors are UTF-16 units.
#pragma once
#include "base/utf8.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace stepwell::variables {

using base::append_character;
using base::Character;
using base::character_at;
using base::is_ascii;
using base::is_space;
using base::trim_spaces;

bool is_letter_or_digit(char32_t code);
char32_t upper_of(char32_t code);
char32_t lower_of(char32_t code);
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);

constexpr std::size_t units_of(char32_t code) { return code > 0xFFFF ? 2 : 1; }
std::size_t count_units(std::string_view text);
// Returns up to `count` UTF-16 units, starting at unit `first`, as UTF-8. A surrogate pair that is cut becomes U+FFFD.
std::string slice_units(std::string_view text, std::size_t first, std::size_t count);
std::string to_utf16_bytes(std::string_view text); // little-endian
std::string from_utf16_bytes(std::string_view bytes);

} // namespace stepwell::variables
