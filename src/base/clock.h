// Points in time and durations: UTC, in milliseconds.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::base {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

// A source of the current time. Code receives it as an argument, so that tests can control it.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

class SystemClock final : public Clock {
public:
    Time now() const override;
};

// Formats a time as 2024-08-02T05:07:42.445+00:00.
std::string to_text(Time time);
// Parses RFC 3339, with or without fraction, with Z, an offset or no zone (UTC), or a date alone. Returns nullopt if
// malformed.
std::optional<Time> parse_time(std::string_view text);

// Formats a duration as hh:mm:ss or d.hh:mm:ss.
std::string to_span(std::chrono::seconds span);
std::optional<std::chrono::seconds> parse_span(std::string_view text);

// Formats a duration for people: "12 seconds", "3 minutes", "less than a second".
std::string to_words(Duration duration);

} // namespace stepwell::base
