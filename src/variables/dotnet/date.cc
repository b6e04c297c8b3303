#include "variables/dotnet/date.h"

#include <cmath>
#include <ctime>

namespace stepwell::variables::dotnet {

namespace {

constexpr std::int64_t seconds_to_1970 = 62'135'596'800;
constexpr std::int64_t ticks_until_10000 = 3'155'378'976'000'000'000;

int local_offset(std::int64_t unix_seconds, bool is_local) {
    std::tm parts{};
    auto time = std::time_t(unix_seconds);
    if (is_local) {
        gmtime_r(&time, &parts);
        parts.tm_isdst = -1;
        time = mktime(&parts);
    }
    localtime_r(&time, &parts);
    return int(parts.tm_gmtoff / 60);
}

} // namespace

Date utc_date(base::Time time) {
    Date date;
    date.ticks = (time.time_since_epoch().count() + seconds_to_1970 * 1000) * (Date::ticks_of_second / 1000);
    date.zone = Date::Zone::utc;
    return date;
}

Date to_local(Date const& date) {
    auto local = date;
    auto seconds = date.ticks / Date::ticks_of_second - seconds_to_1970;
    if (date.zone != Date::Zone::none) {
        local.offset = local_offset(seconds - date.offset * 60, false);
        local.ticks += (local.offset - date.offset) * Date::ticks_of_minute;
    } else {
        local.offset = local_offset(seconds, true);
    }
    local.zone = Date::Zone::offset;
    return local;
}

std::optional<Date> add(Date const& date, double amount, std::int64_t ticks_of_unit) {
    auto ticks = std::round(amount * double(ticks_of_unit));
    if (!(std::fabs(ticks) < double(ticks_until_10000))) return std::nullopt;
    auto moved = date;
    moved.ticks += std::int64_t(ticks);
    if (moved.ticks < 0 || moved.ticks >= ticks_until_10000) return std::nullopt;
    return moved;
}

} // namespace stepwell::variables::dotnet
