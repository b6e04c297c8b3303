#include "base/clock.h"

#include <gtest/gtest.h>
#include <random>

namespace stepwell::base {

namespace {

using namespace std::chrono_literals;

Time at(int year, unsigned month, unsigned day, Duration clock = 0ms) {
    return std::chrono::sys_days(std::chrono::year(year) / int(month) / int(day)) + clock;
}
Time const moment = at(2024, 8, 2, 5h + 7min + 42s + 445ms);

} // namespace

TEST(Clock, writes_one_form) {
    EXPECT_EQ(to_text(moment), "2024-08-02T05:07:42.445+00:00");
    EXPECT_EQ(to_text(at(1970, 1, 1)), "1970-01-01T00:00:00.000+00:00");
    EXPECT_EQ(to_text(at(1969, 12, 31, 23h + 59min + 59s + 999ms)), "1969-12-31T23:59:59.999+00:00");
}

TEST(Clock, reads_every_form_clients_send) {
    for (auto same : {"2024-08-02T05:07:42.445Z", "2024-08-02T05:07:42.445+00:00", "2024-08-02T07:07:42.445+02:00",
                      "2024-08-01T21:37:42.445-07:30", "2024-08-02T05:07:42.445", "2024-08-02 05:07:42.445Z",
                      "2024-08-02t05:07:42.445z", "2024-08-02T05:07:42.4459999Z", "2024-08-02T05:07:42,445Z",
                      "2024-08-02T07:07:42.445+0200"})
        EXPECT_EQ(parse_time(same), moment) << same;
    EXPECT_EQ(parse_time("2024-08-02T05:07:42Z"), moment - 445ms);
    EXPECT_EQ(parse_time("2024-08-02T05:07"), moment - 42s - 445ms);
    EXPECT_EQ(parse_time("2024-08-02T05:07:42.4Z"), moment - 45ms);
    EXPECT_EQ(parse_time("2024-02-29"), at(2024, 2, 29));
    EXPECT_EQ(parse_time("2016-12-31T23:59:60Z"), at(2017, 1, 1)); // a leap second
}

TEST(Clock, refuses_what_is_no_time) {
    for (auto wrong : {"", "now", "2024", "2024-08", "2024-13-01", "2023-02-29", "2024-08-02T", "2024-08-02T5:07:42Z",
                       "2024-08-02T24:00:00Z", "2024-08-02T05:60:00Z", "2024-08-02T05:07:42.Z", "2024-08-02T05:07:42Zx",
                       "2024-08-02T05:07:42+2:00", "2024-08-02T05:07:42+24:00", "24-08-02T05:07:42Z", " 2024-08-02",
                       "2024-08-02T05:07:42 Z", "+024-08-02"})
        EXPECT_EQ(parse_time(wrong), std::nullopt) << wrong;
}

TEST(Clock, reads_what_it_wrote) {
    std::mt19937_64 random(1);
    std::uniform_int_distribution<std::int64_t> any(at(1, 1, 1).time_since_epoch().count(),
                                                    at(9999, 12, 31).time_since_epoch().count());
    for (int i = 0; i < 5000; ++i) {
        Time time{Duration(any(random))};
        ASSERT_EQ(parse_time(to_text(time)), time) << to_text(time);
    }
}

TEST(Clock, writes_and_reads_spans) {
    EXPECT_EQ(to_span(5min), "00:05:00");
    EXPECT_EQ(to_span(24h), "1.00:00:00");
    EXPECT_EQ(to_span(49h + 3s), "2.01:00:03");
    for (auto span : {0s, 1s, 86399s, 86400s, 1'000'000s}) EXPECT_EQ(parse_span(to_span(span)), span);
    EXPECT_EQ(parse_span("00:02:30"), 150s);
    EXPECT_EQ(parse_span("00:00:01.5000000"), 1s);
    for (auto wrong : {"", "5", "24:00:00", "00:60:00", "-1.00:00:00", "1.", "1.5", "x.00:00:00", "00:00:00x"})
        EXPECT_EQ(parse_span(wrong), std::nullopt) << wrong;
}

TEST(Clock, says_durations_in_words) {
    EXPECT_EQ(to_words(-5s), "less than a second");
    EXPECT_EQ(to_words(999ms), "less than a second");
    EXPECT_EQ(to_words(1s), "1 second");
    EXPECT_EQ(to_words(59s), "59 seconds");
    EXPECT_EQ(to_words(60s), "1 minute");
    EXPECT_EQ(to_words(3599s), "59 minutes");
    EXPECT_EQ(to_words(25h), "1 day");
}

} // namespace stepwell::base
