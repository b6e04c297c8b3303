// Dates the way .NET reads and writes them in its invariant culture: month before day, English names.
#pragma once
#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::variables::dotnet {

struct Date {
    enum class Zone {
        none,   // nothing is said
        utc,    // Z
        offset, // so many minutes before UTC
    };
    static constexpr std::int64_t ticks_of_second = 10'000'000;
    static constexpr std::int64_t ticks_of_minute = 60 * ticks_of_second;

    std::int64_t ticks = 0; // of 100 ns since the year 1, on the clock of its place
    Zone zone = Zone::none;
    int offset = 0; // minutes; 0 for utc
};

// Whatever is not said of the date is today's.
std::optional<Date> read_date(std::string_view text, base::Time now);
// yyyy-MM-ddTHH:mm:ss with optional fraction and zone, and nothing else.
std::optional<Date> read_iso_date(std::string_view text);
Date utc_date(base::Time time);
// Same moment on this machine's clock; where it says no zone it is that of this machine already.
Date to_local(Date const& date);
std::optional<Date> add(Date const& date, double amount, std::int64_t ticks_of_unit);

// Standard ("o") and custom ("dd MMM yyyy") formats; nothing when .NET refuses it. A moment always has an offset, and
// writes it where a date would write Z or nothing.
enum class As { date, moment };
std::optional<std::string> format(Date date, std::string_view format, As as);

} // namespace stepwell::variables::dotnet
