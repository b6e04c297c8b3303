#include "cli/table.h"

#include "cli/text_width.h"

#include <gtest/gtest.h>

namespace stepwell::cli {
namespace {

TEST(Table, aligns_columns_by_what_a_terminal_shows) {
    Table table({"Id", "Name", "Note"});
    table.add({"A-1", "Zürich", "x"});
    table.add({"A-22", "東京", "y"});
    table.add({"A-3", "e\xCC\x81", "z"});
    EXPECT_EQ(table.text(0), "Id    Name    Note\n"
                             "A-1   Zürich  x\n"
                             "A-22  東京    y\n"
                             "A-3   e\xCC\x81       z\n");
}

TEST(Table, cuts_the_widest_columns_to_fit) {
    Table table({"Id", "Name", "Description"});
    table.add({"Runbooks-1", "Restart", std::string(100, 'd')});
    EXPECT_EQ(table.text(40), "Id          Name     Description\n"
                              "Runbooks-1  Restart  dddddddddddddddddd…\n");
    for (std::size_t width = 20; width < 130; ++width) {
        auto const lines = table.text(width);
        auto const second = lines.substr(lines.find('\n') + 1);
        EXPECT_LE(display_width(second.substr(0, second.size() - 1)), std::max<std::size_t>(width, 16)) << second;
    }
}

TEST(Table, shows_the_first_line_of_a_cell_and_nothing_that_steers) {
    Table table({"Name"});
    table.add({"one\ntwo"});
    table.add({"a\x1b[31mred\x1b[0m\a"});
    table.add({"\xE2\x80\xAEtxt.exe"});
    table.add({"broken \xFF utf-8"});
    EXPECT_EQ(table.text(0), "Name\none\na\uFFFD[31mred\uFFFD[0m\uFFFD\n\uFFFDtxt.exe\nbroken \uFFFD utf-8\n");
}

TEST(Text, is_cut_between_characters) {
    EXPECT_EQ(truncated("東京都", 6), "東京都");
    EXPECT_EQ(truncated("東京都", 5), "東京…");
    EXPECT_EQ(truncated("東京都", 4), "東…");
    EXPECT_EQ(truncated("abc", 1), "…");
    EXPECT_EQ(truncated("abc", 0), "");
    EXPECT_EQ(truncated("e\xCC\x81"
                        "ab",
                        2),
              "e\xCC\x81…");
}

} // namespace
} // namespace stepwell::cli
