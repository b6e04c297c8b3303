// A regular expression of .NET's syntax as a rule for texts, with a bound on the work whatever pattern and text are.
#pragma once
#include <string>
#include <string_view>

namespace stepwell::variables {

enum class Fits { yes, no, unknown }; // unknown: the pattern is none, or takes too many steps on this text

// Whether the pattern matches the text as a whole.
Fits fits_pattern(std::string_view text, std::string_view pattern);
// Why it is no pattern; empty when it is one.
std::string find_pattern_problem(std::string_view pattern);

} // namespace stepwell::variables
