// Constants for reading and writing dates.
#pragma once
#include "variables/dotnet/date.h"

#include <array>
#include <chrono>

namespace stepwell::variables::dotnet {

constexpr std::array<std::string_view, 12> month_names{"January",   "February", "March",    "April",
                                                       "May",       "June",     "July",     "August",
                                                       "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> day_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

constexpr std::int64_t ticks_of_day = 24 * 60 * Date::ticks_of_minute;
// Day 0 of Date::ticks: the first of January of the year 1.
constexpr std::chrono::sys_days first_day = std::chrono::year(1) / 1 / 1;

inline std::chrono::year_month_day calendar_day(Date const& date) {
    return first_day + std::chrono::days(date.ticks / ticks_of_day);
}

} // namespace stepwell::variables::dotnet
