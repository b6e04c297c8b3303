#include "cli/log_printer.h"
#include "cli/text_width.h"

#include <gtest/gtest.h>

namespace stepwell::cli {
namespace {

std::string plain(std::vector<std::string_view> const& pieces) {
    EscapeFilter filter;
    std::string text;
    for (auto piece : pieces) text += filter.feed(piece);
    return text;
}

TEST(EscapeFilter, leaves_only_text_however_the_bytes_are_cut) {
    std::string_view const text = "a\x1b[1;31mb\x1b]0;title\x07"
                                  "c\x1b]52;c;eA==\x1b\\d\x1bP1$r\x1b\\e\x1b(0f\x1b"
                                  "7g\x08\x7f"
                                  "\xC2\x9B"
                                  "31mh\xC2\xA0i\xC2\x9D"
                                  "0;t\xC2\x9C\nä\tj\r\x1b[31\nk\x1b]never\nl\n";
    std::string const expected = "abcdefgh\xC2\xA0i\nä\tj\r\nk\nl\n";
    EXPECT_EQ(plain({text}), expected);
    for (std::size_t first = 0; first <= text.size(); ++first)
        for (std::size_t second = first; second <= text.size(); ++second)
            ASSERT_EQ(plain({text.substr(0, first), text.substr(first, second - first), text.substr(second)}), expected)
                << first << " " << second;
}

TEST(EscapeFilter, keeps_colours_and_nothing_else_that_steers) {
    std::string_view const text = "a\x1b[1;38:5:9mb\x1b[0m\x1b[2J\x1b[6n\x1b[?25l\x1b[>4;2m\x1b]0;title\x07"
                                  "c\x1b]8;;http://x\x1b\\d\x1b]52;c;eA==\x07\xC2\x9B"
                                  "32me\x1b[1\x1b[3mf\x1b[ mg\n";
    std::string const expected = "a\x1b[1;38:5:9mb\x1b[0mcd\x1b[32me\x1b[3mfg\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        EscapeFilter filter(EscapeFilter::Keep::colours);
        auto printed = filter.feed(text.substr(0, cut));
        ASSERT_EQ(printed += filter.feed(text.substr(cut)), expected) << cut;
    }
    EscapeFilter filter(EscapeFilter::Keep::colours);
    EXPECT_EQ(filter.feed("\x1b[" + std::string(1000, '1') + "mh"), "h") << "nobody needs so many";
}

TEST(HarmlessJson, means_the_same_and_steers_nothing) {
    EXPECT_EQ(harmless_json("{\"a\":\"x\xC2\x9B\x7F\xE2\x80\xAE\xC3\xA4\\u001b\"}"),
              "{\"a\":\"x\\u009b\\u007f\\u202e\xC3\xA4\\u001b\"}");
}

std::string printed(bool rich, std::vector<client::LogPiece> const& pieces) {
    std::string text;
    LogPrinter printer([&](std::string_view bytes) { text += bytes; }, rich);
    for (auto const& piece : pieces) printer.print(piece);
    printer.end();
    return text;
}

TEST(LogPrinter, prints_bytes_as_they_come_under_a_heading_a_step) {
    EXPECT_EQ(printed(false, {{1, "1", "Stop", "", "Info", "stop"},
                              {1, "1", "Stop", "", "Info", "ped\nwait"},
                              {2, "2.1", "Start\x1b[5m", "web-1", "Info", "up\n"}}),
              "== Step 1: Stop\nstopped\nwait\n== Step 2.1: Start\uFFFD[5m on web-1\nup\n");
    EXPECT_EQ(printed(false, {}), "");
}

TEST(LogPrinter, starts_messages_of_the_server_on_lines_of_their_own) {
    EXPECT_EQ(printed(false, {{1, "1", "A", "", "Warning", "retries\n", true},
                              {1, "1", "A", "", "Info", "first"},
                              {1, "1", "A", "", "Warning", "withheld\n", true},
                              {1, "1", "A", "", "Info", "second"}}),
              "== Step 1: A\nretries\nfirst\nwithheld\nsecond\n");
}

TEST(LogPrinter, colours_only_a_terminal) {
    std::vector<client::LogPiece> const pieces{{1, "1", "A", "", "Error", "bad\n"},
                                               {1, "1", "A", "", "Warning", "hm"},
                                               {1, "1", "A", "", "Info", "\x1b[32mok\x1b[0m\n"}};
    EXPECT_EQ(printed(false, pieces), "== Step 1: A\nbad\nhmok\n");
    EXPECT_EQ(printed(true, pieces), "== Step 1: A\n\x1b[31mbad\n\x1b[0m\x1b[33mhm\x1b[0m\x1b[32mok\x1b[0m\n\x1b[0m");
}

} // namespace
} // namespace stepwell::cli
