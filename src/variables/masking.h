// The limits of redaction.
#pragma once
#include <cstddef>
#include <string_view>

namespace stepwell::variables {

// Bytes, without line breaks. A shorter secret would match everywhere and is not masked.
constexpr std::size_t shortest_masked = 4;

constexpr bool is_long_enough_to_mask(std::string_view secret) {
    std::size_t bytes = 0;
    for (char c : secret) bytes += c != '\n' && c != '\r';
    return bytes >= shortest_masked;
}

} // namespace stepwell::variables
