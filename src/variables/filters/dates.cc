#include "base/text.h"
#include "variables/dotnet/date.h"
#include "variables/dotnet/number.h"
#include "variables/filters/filter.h"

namespace stepwell::variables {

namespace {

using dotnet::As;
using dotnet::Date;

Filtered now_date(FilterCall const& call, Date date) {
    if (call.argument) return std::nullopt;
    return dotnet::format(date, call.options.empty() ? "O" : call.option(0), As::date);
}
Filtered local_now(FilterCall const& call) {
    auto date = dotnet::to_local(dotnet::utc_date(call.host.now));
    date.zone = Date::Zone::none;
    return now_date(call, date);
}
Filtered utc_now(FilterCall const& call) { return now_date(call, dotnet::utc_date(call.host.now)); }

Filtered add(FilterCall const& call, std::int64_t ticks_of_unit) {
    auto date = dotnet::read_date(call.text(), call.host.now);
    auto amount = dotnet::parse_double(call.option(0), false);
    auto moved = date && amount ? dotnet::add(*date, *amount, ticks_of_unit) : std::nullopt;
    return moved ? dotnet::format(*moved, "O", As::date) : std::nullopt;
}
Filtered add_hours(FilterCall const& call) { return add(call, 60 * Date::ticks_of_minute); }
Filtered add_days(FilterCall const& call) { return add(call, 24 * 60 * Date::ticks_of_minute); }

Filtered format_number(std::optional<dotnet::Number> number, std::string_view format) {
    return number ? dotnet::format(std::move(*number), format) : std::nullopt;
}
Filtered format_date(FilterCall const& call, std::string_view format, As as) {
    auto date = dotnet::read_date(call.text(), call.host.now);
    if (!date) return std::nullopt;
    bool on_local_clock = as == As::date && date->zone != Date::Zone::none;
    return dotnet::format(on_local_clock ? dotnet::to_local(*date) : *date, format, as);
}

Filtered format(FilterCall const& call) {
    if (call.options.size() == 1) {
        if (auto number = dotnet::read_decimal(call.text())) return format_number(number, call.option(0));
        return format_date(call, call.option(0), As::moment);
    }
    auto type = base::to_lower(call.option(0));
    auto wanted = call.option(1);
    if (type == "int" || type == "int32") return format_number(dotnet::read_integer(call.text()), wanted);
    if (type == "double") return format_number(dotnet::read_real(call.text()), wanted);
    if (type == "decimal") return format_number(dotnet::read_decimal(call.text()), wanted);
    if (type == "date" || type == "datetime") return format_date(call, wanted, As::date);
    if (type == "datetimeoffset") return format_date(call, wanted, As::moment);
    return std::nullopt;
}

} // namespace

std::span<FilterEntry const> date_filters() {
    static constexpr FilterEntry all[] = {
        {"nowdate", local_now, 0, 1, false},
        {"nowdateutc", utc_now, 0, 1, false},
        {"addhours", add_hours, 1, 1},
        {"adddays", add_days, 1, 1},
        {"format", format, 1, 2},
    };
    return all;
}

} // namespace stepwell::variables
