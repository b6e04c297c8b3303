// Numbers the way .NET reads and writes them in its invariant culture, save that money is in dollars.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::variables::dotnet {

// Shortest digits that read back the same: 0.5, 1E+20, Infinity.
std::string to_text(double value);
// White space around it and commas between digits are allowed, as is an exponent.
std::optional<double> parse_double(std::string_view text, bool with_commas = true);
// White space around it and a sign are allowed.
std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t least, std::int64_t most);

// 0.d₁d₂d₃… × 10^point
struct Number {
    enum class Kind { integer, decimal, real } kind = Kind::integer;
    bool negative = false;
    std::string digits; // no zero first; none for 0
    int point = 0;
    int fraction = 0; // digits after the point as a decimal was written: 1.50 has two
    double value = 0; // of a real
};
std::optional<Number> read_integer(std::string_view text); // of 32 bits
std::optional<Number> read_decimal(std::string_view text); // of 96 bits
std::optional<Number> read_real(std::string_view text);

// Standard ("N2") and custom ("#,##0.00") formats; nothing when the format is not for such a number.
std::optional<std::string> format(Number number, std::string_view format);

// Rounds half away from zero, to so many digits.
void round_to(Number& number, int digits);
// The custom formats alone.
std::string format_custom(Number number, std::string_view format);

} // namespace stepwell::variables::dotnet
