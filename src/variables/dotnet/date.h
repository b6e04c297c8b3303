// Dates as .NET reads and writes them in its invariant culture: month before day, English names.
#pragma once
#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::variables::dotnet {

struct Date {
    enum class Zone {
        none,   // not given
        utc,    // Z
        offset, // an offset from UTC
    };
    static constexpr std::int64_t ticks_of_second = 10'000'000;
    static constexpr std::int64_t ticks_of_minute = 60 * ticks_of_second;

    std::int64_t ticks = 0; // 100 ns units since the year 1, in local time of the zone
    Zone zone = Zone::none;
    int offset = 0; // minutes ahead of UTC; 0 for utc
};

// Parses a date in any form that .NET accepts. Missing parts are those of `now`. Returns nullopt if malformed.
std::optional<Date> read_date(std::string_view text, base::Time now);
// Parses yyyy-MM-ddTHH:mm:ss with optional fraction and zone. Returns nullopt for any other text.
std::optional<Date> read_iso_date(std::string_view text);
Date utc_date(base::Time time);
// Converts a date to the machine's time zone. A date without a zone is already in that zone.
Date to_local(Date const& date);
std::optional<Date> add(Date const& date, double amount, std::int64_t ticks_of_unit);

// Formats a date by a standard ("o") or custom ("dd MMM yyyy") format. Returns nullopt if .NET rejects the format. A
// moment always has an offset and writes it where a date would write Z or nothing.
enum class As { date, moment };
std::optional<std::string> format(Date date, std::string_view format, As as);

} // namespace stepwell::variables::dotnet
