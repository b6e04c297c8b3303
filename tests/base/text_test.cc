#include "base/text.h"

#include "base/id.h"

#include <gtest/gtest.h>
#include <set>

namespace stepwell::base {

TEST(Text, compares_without_case_for_ascii_alone) {
    EXPECT_TRUE(equal_ignoring_case("ContentType", "contenttYPE"));
    EXPECT_FALSE(equal_ignoring_case("a", "ab"));
    EXPECT_FALSE(equal_ignoring_case("Ä", "ä"));
    EXPECT_FALSE(equal_ignoring_case("[", "{")); // characters next to the letters
    EXPECT_TRUE(starts_ignoring_case("Bearer x", "bEARER "));
    EXPECT_FALSE(starts_ignoring_case("Bea", "bearer"));
    EXPECT_TRUE(contains_ignoring_case("Default Lifecycle", "LIFE"));
    EXPECT_TRUE(contains_ignoring_case("", ""));
    EXPECT_FALSE(contains_ignoring_case("abc", "abcd"));
    MapIgnoringCase<int> map{{"Name", 1}};
    EXPECT_TRUE(map.contains("nAME"));
}

TEST(Text, splits_joins_trims_and_replaces) {
    EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
    EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
    EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
    EXPECT_EQ(join({}, ", "), "");
    EXPECT_EQ(trim(" \t\r\n x y \f\v"), "x y");
    EXPECT_EQ(trim("   "), "");
    EXPECT_EQ(replace_all("aXbXc", "X", "XX"), "aXXbXXc");
}

TEST(Text, reads_numbers_and_truths_only_whole) {
    EXPECT_EQ(to_number("-12"), -12);
    EXPECT_EQ(to_number("9223372036854775807"), INT64_MAX);
    for (auto wrong : {"", " 1", "1 ", "+1", "1x", "0x1", "1.0", "9223372036854775808"})
        EXPECT_EQ(to_number(wrong), std::nullopt) << wrong;
    EXPECT_EQ(to_bool("TRUE"), true);
    EXPECT_EQ(to_bool("False"), false);
    EXPECT_EQ(to_bool("yes"), std::nullopt);
    EXPECT_EQ(to_bool(""), std::nullopt);
}

TEST(Text, makes_slugs_that_are_never_empty) {
    EXPECT_EQ(slug_of("Restart Tomcat (EU)"), "restart-tomcat-eu");
    EXPECT_EQ(slug_of("  --A__b--  "), "a-b");
    EXPECT_EQ(slug_of("Grüße"), "gr-e");
    EXPECT_EQ(slug_of("日本"), "unnamed");
    EXPECT_EQ(slug_of(""), "unnamed");
}

TEST(Text, decodes_percent_signs_strictly) {
    EXPECT_EQ(decode_percent("a%20b%2Fc", false), "a b/c");
    EXPECT_EQ(decode_percent("a+b", false), "a+b");
    EXPECT_EQ(decode_percent("a+b", true), "a b");
    EXPECT_EQ(decode_percent("%2B", true), "+");
    EXPECT_EQ(decode_percent("%00", false), std::string("\0", 1));
    for (auto wrong : {"%", "%4", "%4g", "%g4", "%-1", "%+1", "% 1", "%0x", "abc%"})
        EXPECT_EQ(decode_percent(wrong, false), std::nullopt) << wrong;
}

TEST(Text, encodes_percent_signs_so_that_decoding_gives_the_same) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += char(byte);
    auto encoded = encode_percent(all);
    EXPECT_EQ(decode_percent(encoded, false), all);
    EXPECT_EQ(decode_percent(encoded, true), all);
    EXPECT_EQ(encode_percent("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(encode_percent("a b&c=d/é"), "a%20b%26c%3Dd%2F%C3%A9");
}

TEST(Id, has_a_number_behind_its_last_dash) {
    EXPECT_EQ(number_of("Environments-7"), 7);
    EXPECT_EQ(number_of("variableset-Projects-12"), 12);
    for (auto none : {"", "Environments", "Environments-", "Environments-x", "Environments-7x", "teams-everyone"})
        EXPECT_EQ(number_of(none), 0) << none;
}

TEST(Id, of_random_parts_never_comes_twice) {
    std::set<std::string> seen;
    for (int i = 0; i < 2000; ++i) {
        auto uuid = new_uuid();
        ASSERT_EQ(uuid.size(), 36u);
        EXPECT_EQ(uuid[14], '4');
        EXPECT_NE(std::string_view("89ab").find(uuid[19]), std::string_view::npos);
        EXPECT_TRUE(seen.insert(uuid).second);
        EXPECT_TRUE(seen.insert(random_letters(20)).second);
    }
    std::map<char, int> letters;
    for (char c : random_letters(36'000)) ++letters[c];
    EXPECT_EQ(letters.size(), 36u);
    for (auto const& [letter, count] : letters) EXPECT_NEAR(count, 1000, 200) << letter;
}

} // namespace stepwell::base
