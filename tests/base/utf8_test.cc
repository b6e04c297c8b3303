#include "base/utf8.h"

#include <gtest/gtest.h>

namespace stepwell::base {

TEST(Utf8, is_told_from_what_only_looks_like_it) {
    for (auto valid : {"", "plain", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                       "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
        EXPECT_TRUE(is_utf8(valid)) << valid;
    for (auto invalid : {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                         "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC2", "\xE2\x82", "\xF0\x9F\x98", "\xFF",
                         "a\xC2"
                         "b"})
        EXPECT_FALSE(is_utf8(invalid)) << invalid;
    EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

TEST(Utf8, replaces_what_is_invalid_and_leaves_the_rest) {
    EXPECT_EQ(to_utf8("Gr\xC3\xBC\xC3\x9F"
                      "e"),
              "Grüße");
    EXPECT_EQ(to_utf8("a\xFF"
                      "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(to_utf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_TRUE(is_utf8(to_utf8("\xED\xA0\x80\xC2\xE2\x82x")));
}

TEST(Utf8, encodes_and_decodes_every_character) {
    for (char32_t code = 0; code <= 0x10FFFF; code += code < 0x1000 ? 1 : 0x35) {
        if (is_surrogate(code)) continue;
        std::string text;
        append_character(text, code);
        auto const [decoded, size] = character_at(text, 0);
        ASSERT_EQ(decoded, code);
        ASSERT_EQ(size, text.size()) << std::uint32_t(code);
        ASSERT_EQ(sequence_size(text[0]), size) << std::uint32_t(code);
        if (code > 0xFFFF) {
            ASSERT_EQ(join_surrogates(high_surrogate(code), low_surrogate(code)), code);
            ASSERT_TRUE(is_high_surrogate(high_surrogate(code)) && is_low_surrogate(low_surrogate(code)));
        }
    }
}

TEST(Utf8, is_cut_between_characters) {
    std::string const text = "aß€𝄞";
    for (std::size_t bytes = 0; bytes <= text.size() + 1; ++bytes) {
        auto const kept = first_bytes(text, bytes);
        EXPECT_TRUE(is_utf8(kept) && kept.size() <= bytes && kept.size() + 4 > std::min(bytes, text.size())) << bytes;
        auto const beginning = std::string_view(text).substr(0, bytes);
        EXPECT_EQ(end_of_characters(beginning), kept.size()) << bytes;
    }
    EXPECT_EQ(count_characters(text), 4u);
    EXPECT_EQ(first_bytes(std::string(9, '\x80'), 5).size(), 2u); // not a character
    EXPECT_EQ(end_of_characters("a\xFF"), 2u);
}

} // namespace stepwell::base
