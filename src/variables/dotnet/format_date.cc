// Date formats: https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings
#include "variables/dotnet/date_names.h"

#include <algorithm>

namespace stepwell::variables::dotnet {

namespace {

constexpr std::size_t longest_format = 10'000;

std::string_view pattern_of(char letter) {
    switch (letter) {
    case 'd': return "MM/dd/yyyy";
    case 'D': return "dddd, dd MMMM yyyy";
    case 'f': return "dddd, dd MMMM yyyy HH:mm";
    case 'U':
    case 'F': return "dddd, dd MMMM yyyy HH:mm:ss";
    case 'g': return "MM/dd/yyyy HH:mm";
    case 'G': return "MM/dd/yyyy HH:mm:ss";
    case 'm':
    case 'M': return "MMMM dd";
    case 'o':
    case 'O': return "yyyy-MM-ddTHH:mm:ss.fffffffK";
    case 'r':
    case 'R': return "ddd, dd MMM yyyy HH:mm:ss 'GMT'";
    case 's': return "yyyy-MM-ddTHH:mm:ss";
    case 't': return "HH:mm";
    case 'T': return "HH:mm:ss";
    case 'u': return "yyyy-MM-dd HH:mm:ss'Z'";
    case 'y':
    case 'Y': return "yyyy MMMM";
    default: return {};
    }
}

class Writer {
public:
    Writer(Date const& date, As as)
        : date_(date), as_(as), day_(calendar_day(date)), time_(date.ticks % ticks_of_day),
          hour_(time_ / (60 * Date::ticks_of_minute)) {}

    // Returns nullopt if the format is invalid.
    std::optional<std::string> write(std::string_view format) {
        while (!format.empty()) {
            auto c = format.front();
            auto run = std::min(format.find_first_not_of(c), format.size());
            auto used = std::string_view("dfFghHKmMstyz").find(c) != std::string_view::npos ? write_part(c, run)
                                                                                            : write_literal(format);
            if (used == 0) return std::nullopt;
            format.remove_prefix(used);
        }
        return std::move(out_);
    }

private:
    void write_number(std::int64_t value, std::size_t min_digits) {
        auto digits = std::to_string(value);
        if (digits.size() < min_digits) out_.append(min_digits - digits.size(), '0');
        out_ += digits;
    }

    std::size_t write_literal(std::string_view format) {
        auto c = format.front();
        if (c == '\'' || c == '"') {
            std::size_t at = 1;
            for (; at < format.size() && format[at] != c; ++at) {
                if (format[at] == '\\' && ++at == format.size()) return 0;
                out_ += format[at];
            }
            return at < format.size() ? at + 1 : 0;
        }
        if (c == '\\') {
            if (format.size() < 2) return 0;
            out_ += format[1];
            return 2;
        }
        if (c == '%') {
            if (format.size() < 2 || format[1] == '%') return 0;
            auto one = Writer(date_, as_).write(format.substr(1, 1));
            if (one) out_ += *one;
            return one ? 2 : 0;
        }
        out_ += c;
        return 1;
    }

    std::size_t write_part(char c, std::size_t run) {
        auto two = std::min<std::size_t>(run, 2);
        switch (c) {
        case 'd':
            if (run < 3)
                write_number(unsigned(day_.day()), run);
            else
                out_ += name(day_names[std::chrono::weekday(std::chrono::sys_days(day_)).c_encoding()], run);
            break;
        case 'M':
            if (run < 3)
                write_number(unsigned(day_.month()), run);
            else
                out_ += name(month_names[unsigned(day_.month()) - 1], run);
            break;
        case 'y': write_number(run < 3 ? int(day_.year()) % 100 : int(day_.year()), run); break;
        case 'h': write_number(hour_ % 12 == 0 ? 12 : hour_ % 12, two); break;
        case 'H': write_number(hour_, two); break;
        case 'm': write_number(time_ / Date::ticks_of_minute % 60, two); break;
        case 's': write_number(time_ / Date::ticks_of_second % 60, two); break;
        case 't': out_ += std::string_view(hour_ < 12 ? "AM" : "PM").substr(0, two); break;
        case 'g': out_ += "A.D."; break;
        case 'z': write_offset(run); break;
        case 'K': write_zone(); return 1;
        default: return write_fraction(run, c == 'F') ? run : 0;
        }
        return run;
    }

    static std::string_view name(std::string_view full, std::size_t run) { return run == 3 ? full.substr(0, 3) : full; }

    bool write_fraction(std::size_t run, bool without_zeros) {
        if (run > 7) return false;
        auto digits = std::to_string(time_ % Date::ticks_of_second);
        digits = (std::string(7 - digits.size(), '0') + digits).substr(0, run);
        while (without_zeros && digits.ends_with('0')) digits.pop_back();
        if (digits.empty() && out_.ends_with('.')) out_.pop_back();
        out_ += digits;
        return true;
    }

    void write_offset(std::size_t run) {
        auto offset = date_.zone == Date::Zone::none ? to_local(date_).offset : date_.offset;
        out_ += offset < 0 ? '-' : '+';
        write_number(std::abs(offset) / 60, std::min<std::size_t>(run, 2));
        if (run < 3) return;
        out_ += ':';
        write_number(std::abs(offset) % 60, 2);
    }

    void write_zone() {
        if (as_ == As::date && date_.zone == Date::Zone::utc)
            out_ += 'Z';
        else if (as_ == As::moment || date_.zone == Date::Zone::offset)
            write_offset(3);
    }

    Date const& date_;
    As as_;
    std::chrono::year_month_day day_;
    std::int64_t time_, hour_;
    std::string out_;
};

Date to_utc(Date date) {
    if (date.zone == Date::Zone::none) date = to_local(date);
    date.ticks = std::max<std::int64_t>(date.ticks - date.offset * Date::ticks_of_minute, 0);
    date.zone = Date::Zone::utc;
    date.offset = 0;
    return date;
}

} // namespace

std::optional<std::string> format(Date date, std::string_view format, As as) {
    if (format.size() > longest_format) return std::nullopt;
    if (as == As::moment && date.zone == Date::Zone::none) date = to_local(date);
    if (format.empty()) format = as == As::moment ? "MM/dd/yyyy HH:mm:ss zzz" : "G";
    if (format.size() == 1) {
        auto letter = format[0];
        format = pattern_of(letter);
        if (format.empty() || (letter == 'U' && as == As::moment)) return std::nullopt;
        bool always_utc = as == As::moment && std::string_view("rRu").find(letter) != std::string_view::npos;
        if (letter == 'U' || always_utc) date = to_utc(date);
    }
    return Writer(date, as).write(format);
}

} // namespace stepwell::variables::dotnet
