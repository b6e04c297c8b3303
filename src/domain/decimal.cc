#include "domain/decimal.h"

#include "base/text.h"

#include <algorithm>
#include <chrono>

namespace stepwell::domain {

namespace {

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

struct Decimal {
    bool negative = false;
    std::string_view whole, fraction; // without leading and trailing zeros

    explicit Decimal(std::string_view text) {
        negative = text.starts_with('-');
        if (negative) text.remove_prefix(1);
        auto point = std::min(text.find('.'), text.size());
        whole = text.substr(std::min(text.find_first_not_of('0'), point), point);
        whole = whole.substr(0, whole.find('.'));
        fraction = text.substr(std::min(point + 1, text.size()));
        fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
        if (whole.empty() && fraction.empty()) negative = false;
    }
};

std::strong_ordering compare_sizes(Decimal const& a, Decimal const& b) {
    if (auto order = a.whole.size() <=> b.whole.size(); order != 0) return order;
    if (auto order = a.whole <=> b.whole; order != 0) return order;
    return a.fraction <=> b.fraction;
}

} // namespace

bool is_decimal(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    auto point = text.find('.');
    if (point == std::string_view::npos) return is_digits(text);
    return is_digits(text.substr(0, point)) && is_digits(text.substr(point + 1));
}

std::strong_ordering compare_decimals(std::string_view a, std::string_view b) {
    Decimal const one(a), other(b);
    if (one.negative != other.negative)
        return one.negative ? std::strong_ordering::less : std::strong_ordering::greater;
    return one.negative ? compare_sizes(other, one) : compare_sizes(one, other);
}

bool is_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    if (!is_digits(text.substr(0, 4)) || !is_digits(text.substr(5, 2)) || !is_digits(text.substr(8))) return false;
    auto number = [&](std::size_t from, std::size_t size) { return int(*base::to_number(text.substr(from, size))); };
    return std::chrono::year_month_day(std::chrono::year(number(0, 4)), std::chrono::month(unsigned(number(5, 2))),
                                       std::chrono::day(unsigned(number(8, 2))))
        .ok();
}

} // namespace stepwell::domain
