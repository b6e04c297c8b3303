// Validation of texts by a .NET regular expression. The work is limited for every pattern and text.
#pragma once
#include <string>
#include <string_view>

namespace stepwell::variables {

enum class Fits { yes, no, unknown }; // unknown: the pattern is invalid or takes too many steps on this text

// Tests whether the pattern matches the whole text.
Fits fits_pattern(std::string_view text, std::string_view pattern);
// Returns what is wrong with a pattern; empty if it is valid.
std::string find_pattern_problem(std::string_view pattern);

} // namespace stepwell::variables
