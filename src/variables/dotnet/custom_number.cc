// Custom number formats: https://learn.microsoft.com/dotnet/standard/base-types/custom-numeric-format-strings
#include "variables/dotnet/number.h"

#include <algorithm>
#include <climits>

namespace stepwell::variables::dotnet {

namespace {

constexpr std::string_view per_mille = "‰";

// Returns the end of a quoted part or an escaped character; `at` itself for anything else.
std::size_t skip_literal(std::string_view format, std::size_t at) {
    if (format[at] == '\\') return std::min(at + 2, format.size());
    if (format[at] != '\'' && format[at] != '"') return at;
    auto close = format.find(format[at], at + 1);
    return close == std::string_view::npos ? format.size() : close + 1;
}

// Sections for positive, negative and zero. A section that is missing or empty is the first one.
struct Sections {
    explicit Sections(std::string_view format) {
        std::size_t start = 0;
        for (std::size_t at = 0; at <= format.size(); ++at) {
            if (at < format.size())
                if (auto next = skip_literal(format, at); next > at) {
                    at = next - 1;
                    continue;
                }
            if (at < format.size() && format[at] != ';') continue;
            all.push_back(format.substr(start, at - start));
            start = at + 1;
        }
    }
    std::size_t choose(std::size_t wanted) const { return wanted < all.size() && !all[wanted].empty() ? wanted : 0; }

    std::vector<std::string_view> all;
};

// Returns the size of the sign and zeros after an E that form an exponent: 0, +0, -0.
std::size_t exponent_size(std::string_view format, std::size_t at) {
    auto next = at + 1;
    if (next < format.size() && (format[next] == '+' || format[next] == '-')) ++next;
    if (next >= format.size() || format[next] != '0') return 0;
    while (next < format.size() && format[next] == '0') ++next;
    return next - at;
}

struct Shape {
    int digits = 0, point = -1;              // placeholders in total, and before the point
    int first_zero = INT_MAX, last_zero = 0; // range of placeholders that zeros are written for
    int scale = 0;
    bool grouped = false, exponent = false;
};

Shape shape_of(std::string_view format) {
    Shape shape;
    int comma_at = -1, commas = 0;
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (auto next = skip_literal(format, at); next > at) {
            at = next - 1;
            continue;
        }
        auto c = format[at];
        if (c == '0') {
            shape.first_zero = std::min(shape.first_zero, shape.digits);
            shape.last_zero = shape.digits + 1;
        }
        if (c == '0' || c == '#') ++shape.digits;
        if (c == '.' && shape.point < 0) shape.point = shape.digits;
        if (c == '%') shape.scale += 2;
        if (format.substr(at).starts_with(per_mille)) shape.scale += 3;
        if (c == ',' && shape.digits > 0 && shape.point < 0) {
            shape.grouped |= comma_at >= 0 && comma_at != shape.digits;
            commas = comma_at == shape.digits ? commas + 1 : 1;
            comma_at = shape.digits;
        }
        if ((c == 'e' || c == 'E') && exponent_size(format, at) > 0) {
            shape.exponent = true;
            at += exponent_size(format, at) - 1;
        }
    }
    if (shape.point < 0) shape.point = shape.digits;
    if (comma_at == shape.point)
        shape.scale -= 3 * commas;
    else
        shape.grouped |= comma_at >= 0;
    return shape;
}

class Writer {
public:
    Writer(Number const& number, Shape const& shape) : number_(number), shape_(shape) {
        zeros_before_ = shape.first_zero < shape.point ? shape.point - shape.first_zero : 0;
        zeros_after_ = shape.last_zero > shape.point ? shape.point - shape.last_zero : 0;
        place_ = shape.exponent ? shape.point : std::max(number.point, shape.point);
        surplus_ = shape.exponent ? 0 : number.point - shape.point;
    }

    std::string write(std::string_view format, bool minus) {
        if (minus) out_ += '-';
        for (std::size_t at = 0; at < format.size();) at = write_part(format, at);
        return std::move(out_);
    }

private:
    std::size_t write_part(std::string_view format, std::size_t at) {
        auto c = format[at];
        if (auto next = skip_literal(format, at); next > at) {
            bool closed = c != '\\' && next - at > 1 && format[next - 1] == c;
            out_ += format.substr(at + 1, next - at - 1 - closed);
            return next;
        }
        if (c == '#' || c == '0' || c == '.') {
            for (; surplus_ > 0; --surplus_) write_digit(next_digit('0'));
            if (c == '.')
                write_point();
            else
                write_placeholder();
            return at + 1;
        }
        if (c == ',') return at + 1;
        if (auto size = c == 'e' || c == 'E' ? exponent_size(format, at) : 0; size > 0) {
            write_exponent(format.substr(at, size));
            return at + size;
        }
        out_ += c;
        return at + 1;
    }

    char next_digit(char otherwise) { return used_ < number_.digits.size() ? number_.digits[used_++] : otherwise; }
    void write_digit(char digit) {
        if (digit != '\0') {
            out_ += digit;
            if (shape_.grouped && place_ > 1 && place_ % 3 == 1) out_ += ',';
        }
        --place_;
    }
    void write_placeholder() {
        if (surplus_ < 0) {
            ++surplus_;
            write_digit(place_ <= zeros_before_ ? '0' : '\0');
        } else {
            write_digit(next_digit(place_ > zeros_after_ ? '0' : '\0'));
        }
    }
    void write_point() {
        if (place_ != 0 || point_written_) return;
        if (zeros_after_ < 0 || (shape_.point < shape_.digits && used_ < number_.digits.size())) {
            out_ += '.';
            point_written_ = true;
        }
    }
    void write_exponent(std::string_view mark) {
        auto exponent = number_.digits.empty() ? 0 : number_.point - shape_.point;
        auto zeros = std::size_t(std::ranges::count(mark, '0'));
        auto digits = std::to_string(std::abs(exponent));
        out_ += mark[0];
        if (exponent < 0)
            out_ += '-';
        else if (mark[1] == '+')
            out_ += '+';
        if (digits.size() < zeros) out_.append(zeros - digits.size(), '0');
        out_ += digits;
    }

    Number const& number_;
    Shape const& shape_;
    int zeros_before_, zeros_after_, place_, surplus_;
    std::size_t used_ = 0;
    bool point_written_ = false;
    std::string out_;
};

} // namespace

std::string format_custom(Number number, std::string_view format) {
    Sections const sections(format);
    auto section = sections.choose(number.digits.empty() ? 2 : number.negative ? 1 : 0);
    for (;;) {
        auto const shape = shape_of(sections.all[section]);
        auto rounded = number;
        if (!rounded.digits.empty()) {
            rounded.point += shape.scale;
            round_to(rounded, shape.exponent ? shape.digits : rounded.point + shape.digits - shape.point);
            if (rounded.digits.empty())
                if (auto zero = sections.choose(2); zero != section) {
                    section = zero;
                    number = rounded;
                    continue;
                }
        }
        if (rounded.digits.empty()) rounded.point = 0;
        bool minus = number.negative && section == 0 && !rounded.digits.empty();
        return Writer(rounded, shape).write(sections.all[section], minus);
    }
}

} // namespace stepwell::variables::dotnet
