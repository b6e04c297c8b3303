// Time, always UTC, in milliseconds.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::base {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

// Where the time comes from is an argument everywhere, so that tests can hold it.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

class SystemClock final : public Clock {
public:
    Time now() const override;
};

// 2024-08-02T05:07:42.445+00:00
std::string to_text(Time time);
// Any RFC 3339 form, with or without fraction, with Z, an offset, or no zone (UTC); or a date alone.
std::optional<Time> parse_time(std::string_view text);

// hh:mm:ss or d.hh:mm:ss
std::string to_span(std::chrono::seconds span);
std::optional<std::chrono::seconds> parse_span(std::string_view text);

// For people: "12 seconds", "3 minutes", "less than a second".
std::string to_words(Duration duration);

} // namespace stepwell::base
