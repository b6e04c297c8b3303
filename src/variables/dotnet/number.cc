#include "variables/dotnet/number.h"

#include "base/text.h"
#include "variables/language/unicode.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace stepwell::variables::dotnet {

namespace {

constexpr int max_precision = 9999;
constexpr int max_decimal_digits = 28; // digits that always fit

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string scientific(double value, int digits_after) {
    std::array<char, 1200> buffer;
    auto begin = buffer.data(), end = begin + buffer.size();
    auto done = digits_after < 0 ? std::to_chars(begin, end, value, std::chars_format::scientific)
                                 : std::to_chars(begin, end, value, std::chars_format::scientific, digits_after);
    return {begin, done.ptr};
}

void strip_zeros(std::string& digits) {
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
}

// Returns the digits of a finite value: the shortest, or a given number of exact ones.
Number digits_of(double value, int exact_digits = -1) {
    Number number;
    number.kind = Number::Kind::real;
    number.value = value;
    number.negative = std::signbit(value);
    if (value == 0) return number;
    auto text = scientific(std::fabs(value), exact_digits < 0 ? -1 : exact_digits - 1);
    auto exponent = text.find('e');
    auto power = text[exponent + 1] == '+' ? exponent + 2 : exponent + 1;
    std::from_chars(text.data() + power, text.data() + text.size(), number.point);
    ++number.point;
    for (auto c : text.substr(0, exponent))
        if (is_digit(c)) number.digits += c;
    strip_zeros(number.digits);
    return number;
}

std::string exponent_text(int exponent, std::size_t min_digits, bool plus) {
    auto digits = std::to_string(std::abs(exponent));
    std::string sign = exponent < 0 ? "-" : plus ? "+" : "";
    return sign + std::string(digits.size() < min_digits ? min_digits - digits.size() : 0, '0') + digits;
}

std::string fixed(Number const& number, int decimals, bool grouped) {
    std::string out;
    auto digit = [&](int i) {
        return i >= 0 && std::size_t(i) < number.digits.size() ? number.digits[std::size_t(i)] : '0';
    };
    auto whole = std::max(number.point, 1);
    for (int left = whole; left > 0; --left) {
        out += digit(number.point - left);
        if (grouped && left > 1 && left % 3 == 1) out += ',';
    }
    if (decimals > 0) out += '.';
    for (int i = 0; i < decimals; ++i) out += digit(number.point + i);
    return out;
}

std::string with_exponent(Number const& number, int decimals, char letter, std::size_t min_digits) {
    std::string out(1, number.digits.empty() ? '0' : number.digits[0]);
    if (decimals > 0) out += '.';
    for (int i = 1; i <= decimals; ++i)
        out += std::size_t(i) < number.digits.size() ? number.digits[std::size_t(i)] : '0';
    out += letter;
    return out + exponent_text(number.digits.empty() ? 0 : number.point - 1, min_digits, true);
}

// Returns the shorter of both notations, with up to `max_digits` digits.
std::string general(Number const& number, int max_digits, char letter, bool never_scientific) {
    auto count = int(number.digits.size());
    if (!never_scientific && (number.point > max_digits || number.point < -3) && count > 0)
        return with_exponent(number, count - 1, letter, 2);
    auto decimals = std::max(count - number.point, 0);
    return fixed(number, count == 0 ? 0 : decimals, false);
}

bool is_zero(Number const& number) { return number.digits.empty(); }
std::string signed_text(Number const& number, std::string text) {
    bool minus = number.negative && (!is_zero(number) || number.kind == Number::Kind::real);
    return (minus ? "-" : "") + std::move(text);
}

std::optional<std::string> format_general(Number number, char letter, int precision) {
    char e = letter == 'g' ? 'e' : 'E';
    if (precision > 0) {
        round_to(number, precision);
        return signed_text(number, general(number, precision, e, false));
    }
    if (number.kind == Number::Kind::decimal) return signed_text(number, fixed(number, number.fraction, false));
    auto most = number.kind == Number::Kind::real ? std::max(int(number.digits.size()), 15) : 10;
    return signed_text(number, general(number, most, e, false));
}

std::optional<std::string> format_integer(Number const& number, char letter, int precision) {
    if (number.kind != Number::Kind::integer) return std::nullopt;
    std::string digits;
    if (base::lower(letter) == 'x') {
        auto value = number.digits.empty() ? 0 : std::stoll(fixed(number, 0, false));
        digits =
            fmt::format(fmt::runtime(letter == 'x' ? "{:x}" : "{:X}"), std::uint32_t(number.negative ? -value : value));
    } else {
        digits = fixed(number, 0, false);
    }
    auto wanted = std::size_t(std::max(precision, 0));
    if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
    return base::lower(letter) == 'x' ? digits : signed_text(number, digits);
}

std::optional<std::string> format_standard(Number number, char letter, int precision) {
    auto decimals = precision < 0 ? 2 : precision;
    auto round_decimals = [&] { round_to(number, number.point + decimals); };
    if (number.kind == Number::Kind::real && base::lower(letter) != 'r' &&
        (base::lower(letter) != 'g' || precision > 15))
        number = digits_of(number.value, 800);
    switch (base::lower(letter)) {
    case 'c': round_decimals(); return signed_text(number, "$" + fixed(number, decimals, true));
    case 'd':
    case 'x': return format_integer(number, letter, precision);
    case 'e':
        decimals = precision < 0 ? 6 : precision;
        round_to(number, decimals + 1);
        return signed_text(number, with_exponent(number, decimals, letter, 3));
    case 'f': round_decimals(); return signed_text(number, fixed(number, decimals, false));
    case 'g': return format_general(number, letter, precision);
    case 'n': round_decimals(); return signed_text(number, fixed(number, decimals, true));
    case 'p':
        if (!is_zero(number)) number.point += 2;
        round_decimals();
        return signed_text(number, fixed(number, decimals, true) + " %");
    case 'r': return number.kind == Number::Kind::real ? std::optional(to_text(number.value)) : std::nullopt;
    default: return std::nullopt;
    }
}

// Reads digits with at most one point, and commas between them if allowed. Leaves the rest in `text`.
bool read_digits(std::string_view& text, Number& number, bool with_commas) {
    bool any = false, point = false;
    for (; !text.empty(); text.remove_prefix(1)) {
        auto c = text.front();
        if (c == '.' && !point) {
            point = true;
        } else if (is_digit(c)) {
            any = true;
            number.fraction += point;
            if (number.digits.empty() && c == '0') {
                number.point -= point;
                continue;
            }
            number.digits += c;
            number.point += !point;
        } else if (c != ',' || !with_commas || point || !any) {
            break;
        }
    }
    return any;
}

bool read_exponent(std::string_view& text, Number& number) {
    if (text.empty() || base::lower(text.front()) != 'e') return true;
    auto rest = text.substr(1);
    bool negative = !rest.empty() && rest.front() == '-';
    if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
    if (rest.empty() || !is_digit(rest.front())) return false;
    int power = 0;
    for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1))
        power = std::min(power * 10 + (rest.front() - '0'), 100'000);
    if (!number.digits.empty()) number.point += negative ? -power : power;
    text = rest;
    return true;
}

bool read_sign(std::string_view& text, Number& number) {
    if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
    number.negative = text.front() == '-';
    text.remove_prefix(1);
    return true;
}

std::optional<Number> read_number(std::string_view text, bool with_commas, bool with_exponent,
                                  bool with_sign_behind = false) {
    text = trim_spaces(text);
    Number number;
    bool has_sign = read_sign(text, number);
    if (!read_digits(text, number, with_commas)) return std::nullopt;
    if (with_exponent && !read_exponent(text, number)) return std::nullopt;
    if (with_sign_behind && !has_sign) {
        text = trim_spaces(text);
        read_sign(text, number);
    }
    if (!text.empty()) return std::nullopt;
    return number;
}

} // namespace

std::string to_text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    auto number = digits_of(value);
    return signed_text(number, general(number, std::max(int(number.digits.size()), 15), 'E', false));
}

std::optional<double> parse_double(std::string_view text, bool with_commas) {
    auto word = trim_spaces(text);
    constexpr auto infinity = std::numeric_limits<double>::infinity();
    if (base::equal_ignoring_case(word, "Infinity") || word == "∞") return infinity;
    if (base::equal_ignoring_case(word, "-Infinity") || word == "-∞") return -infinity;
    if (base::equal_ignoring_case(word, "NaN")) return std::numeric_limits<double>::quiet_NaN();
    auto number = read_number(text, with_commas, true);
    if (!number) return std::nullopt;
    double value = 0;
    if (!number->digits.empty()) {
        auto plain = "0." + number->digits + "e" + std::to_string(number->point);
        auto [end, failure] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
        if (failure == std::errc::result_out_of_range) value = number->point > 0 ? infinity : 0;
    }
    return number->negative ? -value : value;
}

std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t least, std::int64_t most) {
    text = trim_spaces(text);
    if (text.starts_with('+') && text.size() > 1 && is_digit(text[1])) text.remove_prefix(1);
    auto value = base::to_number(text);
    return value && *value >= least && *value <= most ? value : std::nullopt;
}

std::optional<Number> read_integer(std::string_view text) {
    using Limits = std::numeric_limits<std::int32_t>;
    auto value = parse_integer(text, Limits::min(), Limits::max());
    if (!value) return std::nullopt;
    return read_number(std::to_string(*value), false, false);
}

std::optional<Number> read_decimal(std::string_view text) {
    auto number = read_number(text, true, false, true);
    if (!number) return std::nullopt;
    number->kind = Number::Kind::decimal;
    if (number->point > max_decimal_digits + 1) return std::nullopt;
    auto most = number->point > 0 ? max_decimal_digits : max_decimal_digits + number->point;
    if (int(number->digits.size()) > most) round_to(*number, std::max(most, 0));
    number->fraction = std::min(number->fraction, max_decimal_digits);
    if (is_zero(*number)) number->point = 0;
    return number;
}

std::optional<Number> read_real(std::string_view text) {
    auto value = parse_double(text);
    if (!value) return std::nullopt;
    if (!std::isfinite(*value)) {
        Number number;
        number.kind = Number::Kind::real;
        number.value = *value;
        return number;
    }
    return digits_of(*value);
}

void round_to(Number& number, int digits) {
    if (digits < int(number.digits.size())) {
        auto kept = std::size_t(std::max(digits, 0));
        bool up = digits >= 0 && number.digits[kept] >= '5';
        number.digits.resize(kept);
        while (up && !number.digits.empty() && number.digits.back() == '9') number.digits.pop_back();
        if (up && number.digits.empty()) {
            number.digits = "1";
            ++number.point;
        } else if (up) {
            ++number.digits.back();
        }
    }
    strip_zeros(number.digits);
    if (number.digits.empty()) number.point = 0;
}

std::optional<std::string> format(Number number, std::string_view format) {
    if (number.kind == Number::Kind::real && !std::isfinite(number.value)) return to_text(number.value);
    if (format.empty()) format = "G";
    bool letter = (format[0] | 0x20) >= 'a' && (format[0] | 0x20) <= 'z';
    if (letter && std::ranges::all_of(format.substr(1), is_digit)) {
        auto precision =
            format.size() > 1 ? parse_integer(format.substr(1), 0, max_precision) : std::optional<std::int64_t>(-1);
        return precision ? format_standard(std::move(number), format[0], int(*precision)) : std::nullopt;
    }
    if (number.kind == Number::Kind::real) number = digits_of(number.value, 15);
    return format_custom(std::move(number), format);
}

} // namespace stepwell::variables::dotnet
