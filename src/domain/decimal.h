// Numbers and dates as people write them, compared without loss.
#pragma once
#include <compare>
#include <string_view>

namespace stepwell::domain {

bool is_decimal(std::string_view text); // 12, -0.5; no exponent, no group separators
std::strong_ordering compare_decimals(std::string_view a, std::string_view b); // of two decimals
bool is_day(std::string_view text);                                            // 2026-02-28, one that there is

} // namespace stepwell::domain
