#include "base/clock.h"

#include "base/text.h"

#include <fmt/format.h>

namespace stepwell::base {

namespace {

// Removes exactly `width` digits from the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
    if (text.size() < width) return std::nullopt;
    int value = 0;
    for (char c : text.substr(0, width)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Duration> parse_clock(std::string_view& text) {
    auto hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
    auto minute = take_digits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    int second = 0, milli = 0;
    if (take(text, ":")) {
        auto parsed = take_digits(text, 2);
        if (!parsed || *parsed > 60) return std::nullopt;
        second = *parsed;
        if (take(text, ".,")) {
            int scale = 100;
            std::size_t digits = 0;
            for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
                milli += (text.front() - '0') * scale;
                scale /= 10;
            }
            if (digits == 0) return std::nullopt;
        }
    }
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(second) + Duration(milli);
}

std::optional<std::chrono::minutes> parse_zone(std::string_view text) {
    if (text.empty() || equal_ignoring_case(text, "z")) return std::chrono::minutes(0);
    bool negative = text.front() == '-';
    if (!take(text, "+-")) return std::nullopt;
    auto hour = take_digits(text, 2);
    take(text, ":");
    auto minute = take_digits(text, 2);
    if (!hour || !minute || *hour > 23 || *minute > 59 || !text.empty()) return std::nullopt;
    auto offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    return negative ? -offset : offset;
}

} // namespace

Time SystemClock::now() const { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

std::string to_text(Time time) {
    auto day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+00:00", int(date.year()), unsigned(date.month()),
                       unsigned(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<Time> parse_time(std::string_view text) {
    auto year = take_digits(text, 4);
    if (!year || !take(text, "-")) return std::nullopt;
    auto month = take_digits(text, 2);
    if (!month || !take(text, "-")) return std::nullopt;
    auto day = take_digits(text, 2);
    if (!day) return std::nullopt;
    std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(unsigned(*month)),
                                     std::chrono::day(unsigned(*day))};
    if (!date.ok()) return std::nullopt;
    Time time = std::chrono::sys_days(date);
    if (text.empty()) return time;
    if (!take(text, "Tt ")) return std::nullopt;
    auto clock = parse_clock(text);
    if (!clock) return std::nullopt;
    auto zone = parse_zone(text);
    if (!zone) return std::nullopt;
    return time + *clock - *zone;
}

std::string to_span(std::chrono::seconds span) {
    auto days = std::chrono::floor<std::chrono::days>(span);
    std::chrono::hh_mm_ss clock(span - days);
    auto text =
        fmt::format("{:02}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    return days.count() == 0 ? text : fmt::format("{}.{}", days.count(), text);
}

std::optional<std::chrono::seconds> parse_span(std::string_view text) {
    std::chrono::seconds span{0};
    if (auto dot = text.find('.'); dot != std::string_view::npos && dot < text.find(':')) {
        auto days = to_number(text.substr(0, dot));
        if (!days || *days < 0 || *days > 1'000'000) return std::nullopt;
        span += std::chrono::days(*days);
        text.remove_prefix(dot + 1);
    }
    auto clock = parse_clock(text);
    if (!clock || !text.empty()) return std::nullopt;
    return span + std::chrono::duration_cast<std::chrono::seconds>(*clock);
}

std::string to_words(Duration duration) {
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    auto words = [](std::int64_t count, char const* unit) {
        return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
    };
    if (seconds < 1) return "less than a second";
    if (seconds < 60) return words(seconds, "second");
    if (seconds < 3600) return words(seconds / 60, "minute");
    if (seconds < 86400) return words(seconds / 3600, "hour");
    return words(seconds / 86400, "day");
}

} // namespace stepwell::base
