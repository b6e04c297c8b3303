// Decimal numbers and dates as text, compared without loss of precision.
#pragma once
#include <compare>
#include <string_view>

namespace stepwell::domain {

bool is_decimal(std::string_view text); // such as 12, -0.5; no exponent, no group separators
std::strong_ordering compare_decimals(std::string_view a, std::string_view b); // both must be decimals
bool is_day(std::string_view text);                                            // such as 2026-02-28; the day must exist

} // namespace stepwell::domain
