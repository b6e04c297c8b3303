#include "base/fold.h"

#include "base/utf8.h"

#include <gtest/gtest.h>
#include <map>

namespace stepwell::base {

namespace {

TEST(Fold, makes_one_of_names_that_differ_in_case_or_composition) {
    for (auto const& [a, b] : {std::pair<std::string, std::string>{"Production", "PRODUCTION"},
                               {"K\u00f6ln", "K\u00d6LN"},
                               {"K\u00f6ln", "ko\u0308ln"},                              // o and a combining diaeresis
                               {"\u039f\u03b4\u03cc\u03c2", "\u039f\u0394\u038c\u03a3"}, // the final sigma
                               {"\u017fmall", "Small"},                                  // the long s
                               {"\u212a", "k"},                                          // the sign of kelvin
                               {"\u1e9e", "\u00df"},                                     // the capital sharp s
                               {"\U00010400", "\U00010428"}}) {
        EXPECT_EQ(fold(a), fold(b)) << a << " " << b;
        EXPECT_TRUE(equal_folded(a, b)) << a << " " << b;
        EXPECT_FALSE(LessFolded()(a, b) || LessFolded()(b, a)) << a << " " << b;
    }
}

TEST(Fold, keeps_apart_what_is_not_the_same) {
    for (auto const& [a, b] : {std::pair<std::string, std::string>{"Stra\u00dfe", "Strasse"}, // simple folding only
                               {"Koln", "K\u00f6ln"},
                               {"\u0130", "i"},
                               {"\ufb01", "fi"}, // a ligature
                               {"a b", "a  b"},
                               {"\xff", "\xfe"}}) {
        EXPECT_NE(fold(a), fold(b)) << a << " " << b;
        EXPECT_FALSE(equal_folded(a, b)) << a << " " << b;
        EXPECT_NE(LessFolded()(a, b), LessFolded()(b, a)) << a << " " << b;
    }
}

TEST(Fold, trims_all_white_space_at_the_ends) {
    EXPECT_EQ(trim_spaces(" \t\u00a0\u2003Prod  Test\u3000\n"), "Prod  Test");
    for (std::string text : {"", "a", "\u00f6", "\xff", "a\xc2"}) EXPECT_EQ(trim_spaces(text), text);
    for (auto text : {" ", "\u00a0\u00a0", "\u2028 \r\n"}) EXPECT_EQ(trim_spaces(text), "");
}

TEST(Fold, is_the_same_when_done_again) {
    for (std::string text : {"", "A", "K\u00d6LN", "o\u0308", "\u1f88", "\u0345\u0391",
                             "\xff"
                             "A"})
        EXPECT_EQ(fold(fold(text)), fold(text)) << text;
}

TEST(Fold, orders_as_folded_forms_do) {
    std::map<std::string, int, LessFolded> map{{"b", 1}, {"A", 2}, {"K\u00f6ln", 3}};
    EXPECT_EQ(map.begin()->first, "A");
    EXPECT_TRUE(map.contains("k\u00d6LN"));
    EXPECT_TRUE(map.contains(std::string_view("B")));
}

} // namespace

} // namespace stepwell::base
