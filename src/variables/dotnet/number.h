// Numbers as .NET reads and writes them in its invariant culture, except that the currency is the dollar.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::variables::dotnet {

// Returns the shortest digits that parse to the same value: 0.5, 1E+20, Infinity.
std::string to_text(double value);
// Parses a number with an optional exponent. Surrounding white space and, with `with_commas`, commas between digits are
// allowed. Returns nullopt if malformed.
std::optional<double> parse_double(std::string_view text, bool with_commas = true);
// Parses an integer from `least` to `most`. Surrounding white space and a sign are allowed. Returns nullopt otherwise.
std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t least, std::int64_t most);

// The number 0.d₁d₂d₃… × 10^point.
struct Number {
    enum class Kind { integer, decimal, real } kind = Kind::integer;
    bool negative = false;
    std::string digits; // no leading zero; empty for 0
    int point = 0;
    int fraction = 0; // digits after the point of a decimal as written: 2 for 1.50
    double value = 0; // of a real
};
std::optional<Number> read_integer(std::string_view text); // 32 bits
std::optional<Number> read_decimal(std::string_view text); // 96 bits
std::optional<Number> read_real(std::string_view text);

// Formats a number by a standard ("N2") or custom ("#,##0.00") format. Returns nullopt if the format does not apply to
// this kind of number.
std::optional<std::string> format(Number number, std::string_view format);

// Rounds to `digits` digits, half away from zero.
void round_to(Number& number, int digits);
// Formats a number by a custom format.
std::string format_custom(Number number, std::string_view format);

} // namespace stepwell::variables::dotnet
