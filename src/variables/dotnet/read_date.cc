#include "base/text.h"
#include "variables/dotnet/date_names.h"
#include "variables/language/unicode.h"

#include <algorithm>

namespace stepwell::variables::dotnet {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return base::lower(c) >= 'a' && base::lower(c) <= 'z'; }

struct Digits {
    int value = 0;
    std::size_t count = 0;
};

// Reads the parts of a date in any order.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<Date> read(base::Time now) {
        while (!text_.empty())
            if (!read_piece()) return std::nullopt;
        if (!numbers_.size() && !month_ && !has_time_) return std::nullopt;
        auto today = calendar_day(to_local(utc_date(now)));
        auto day = day_of(today);
        if (!day || !day->ok() || int(day->year()) < 1 || int(day->year()) > 9999) return std::nullopt;
        if (!place_meridiem()) return std::nullopt;
        date_.ticks = (std::chrono::sys_days(*day) - first_day).count() * ticks_of_day + time_;
        return date_;
    }

private:
    Digits read_digits() {
        Digits digits;
        for (; !text_.empty() && is_digit(text_.front()); text_.remove_prefix(1)) {
            digits.value = std::min(digits.value * 10 + (text_.front() - '0'), 100'000);
            ++digits.count;
        }
        return digits;
    }
    bool take(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }

    bool read_piece() {
        auto c = text_.front();
        if (is_digit(c)) return read_number();
        if (is_letter(c)) return read_word();
        if ((c == '+' || c == '-') && has_time_) return read_offset();
        auto [code, size] = character_at(text_, 0);
        if (!is_space(code) && std::string_view(",/-.").find(c) == std::string_view::npos) return false;
        text_.remove_prefix(size);
        return true;
    }

    bool read_number() {
        auto digits = read_digits();
        if (!text_.empty() && text_.front() == ':') return read_time(digits);
        if (numbers_.size() == 3 || digits.count > 4) return false;
        numbers_.push_back(digits);
        return true;
    }

    bool read_time(Digits hour) {
        if (has_time_ || hour.value > 23 || hour.count > 2) return false;
        has_time_ = true;
        hour_ = hour.value;
        std::int64_t parts[2] = {0, 0};
        for (auto& part : parts) {
            if (!take(':')) break;
            auto digits = read_digits();
            if (digits.count < 1 || digits.count > 2 || digits.value > 59) return false;
            part = digits.value;
        }
        time_ = parts[0] * Date::ticks_of_minute + parts[1] * Date::ticks_of_second;
        if (!text_.empty() && text_.front() == '.') {
            text_.remove_prefix(1);
            if (text_.empty() || !is_digit(text_.front())) return false;
            for (auto unit = Date::ticks_of_second / 10; !text_.empty() && is_digit(text_.front()); unit /= 10) {
                time_ += unit * (text_.front() - '0');
                text_.remove_prefix(1);
            }
        }
        return true;
    }

    bool read_offset() {
        if (date_.zone != Date::Zone::none) return false;
        auto sign = text_.front() == '-' ? -1 : 1;
        text_.remove_prefix(1);
        auto hours = read_digits();
        int minutes = 0;
        if (hours.count == 0 || hours.count == 3 || hours.count > 4) return false;
        if (hours.count == 4) {
            minutes = hours.value % 100;
            hours.value /= 100;
        } else if (take(':')) {
            minutes = read_digits().value;
        }
        if (hours.value > 14 || minutes > 59) return false;
        date_.zone = Date::Zone::offset;
        date_.offset = sign * (hours.value * 60 + minutes);
        return true;
    }

    bool read_word() {
        auto end = std::size_t(std::ranges::find_if_not(text_, is_letter) - text_.begin());
        auto word = text_.substr(0, end);
        text_.remove_prefix(end);
        auto is_one_of = [&](auto const&... names) { return (base::equal_ignoring_case(word, names) || ...); };
        if (is_one_of("T")) return !numbers_.empty();
        if (is_one_of("Z", "GMT")) {
            date_.zone = Date::Zone::utc;
            return true;
        }
        if (is_one_of("AM", "PM", "A", "P")) {
            meridiem_ = base::lower(word[0]);
            return true;
        }
        if (auto month = number_of(month_names, word)) {
            month_ = month;
            return true;
        }
        return number_of(day_names, word).has_value();
    }
    template <class Names> static std::optional<unsigned> number_of(Names const& names, std::string_view word) {
        for (unsigned i = 0; i < names.size(); ++i)
            if (base::equal_ignoring_case(names[i], word) || base::equal_ignoring_case(names[i].substr(0, 3), word))
                return i + 1;
        return std::nullopt;
    }

    bool place_meridiem() {
        if (meridiem_ && (!has_time_ || hour_ > 12 || hour_ == 0)) return false;
        if (meridiem_) hour_ = hour_ % 12 + (meridiem_ == 'p' ? 12 : 0);
        time_ += hour_ * 60 * Date::ticks_of_minute;
        return true;
    }

    static int year_of(Digits digits) {
        return digits.count > 2 ? digits.value : digits.value + (digits.value < 50 ? 2000 : 1900);
    }

    std::optional<std::chrono::year_month_day> day_of(std::chrono::year_month_day today) const {
        auto make = [](int year, int month, int day) {
            return std::chrono::year(year) / std::chrono::month(unsigned(month)) / std::chrono::day(unsigned(day));
        };
        auto const& n = numbers_;
        auto this_year = int(today.year());
        if (month_) {
            auto month = int(*month_);
            if (n.size() == 1) return n[0].count > 2 ? make(n[0].value, month, 1) : make(this_year, month, n[0].value);
            if (n.size() != 2) return std::nullopt;
            bool year_first = n[0].count > 2;
            return make(year_of(n[year_first ? 0 : 1]), month, n[year_first ? 1 : 0].value);
        }
        if (n.empty()) return today;
        if (n.size() == 2)
            return n[0].count > 2 ? make(n[0].value, n[1].value, 1) : make(this_year, n[0].value, n[1].value);
        if (n.size() != 3) return std::nullopt;
        if (n[0].count > 2) return make(n[0].value, n[1].value, n[2].value);
        return make(year_of(n[2]), n[0].value, n[1].value);
    }

    std::string_view text_;
    std::vector<Digits> numbers_;
    std::optional<unsigned> month_;
    bool has_time_ = false;
    int hour_ = 0;
    char meridiem_ = '\0';
    std::int64_t time_ = 0; // without the hours
    Date date_;
};

// Letters of the shape match digits; other characters match themselves.
bool has_shape(std::string_view text, std::string_view shape) {
    return text.size() >= shape.size() && std::ranges::equal(text.substr(0, shape.size()), shape, [](char c, char s) {
               return s == '0' ? is_digit(c) : c == s;
           });
}

} // namespace

std::optional<Date> read_date(std::string_view text, base::Time now) { return Reader(trim_spaces(text)).read(now); }

std::optional<Date> read_iso_date(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    if (text.size() > 40 || !has_shape(text, shape)) return std::nullopt;
    auto rest = text.substr(shape.size());
    if (rest.starts_with('.')) {
        auto end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        if (end < 2 || end > 8) return std::nullopt;
        rest.remove_prefix(end);
    }
    bool is_zone = rest.empty() || rest == "Z" ||
                   ((rest[0] == '+' || rest[0] == '-') &&
                    (has_shape(rest.substr(1), "00:00")  ? rest.size() == 6
                     : has_shape(rest.substr(1), "0000") ? rest.size() == 5
                                                         : has_shape(rest.substr(1), "00") && rest.size() == 3));
    return is_zone ? read_date(text, base::Time()) : std::nullopt;
}

} // namespace stepwell::variables::dotnet
