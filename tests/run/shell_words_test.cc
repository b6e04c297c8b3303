#include "run/shell_words.h"

#include "base/error.h"

#include <gmock/gmock.h>

namespace stepwell::run {

using testing::ElementsAre;

TEST(ShellWords, are_split_at_blanks_and_joined_by_quotes) {
    EXPECT_THAT(split_shell_words(""), ElementsAre());
    EXPECT_THAT(split_shell_words(" \t\r\n"), ElementsAre());
    EXPECT_THAT(split_shell_words("a  b\tc\nd"), ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(split_shell_words("a'b c'\"d e\"f\\ g"), ElementsAre("ab cd ef g"));
    EXPECT_THAT(split_shell_words("'' \"\""), ElementsAre("", ""));
    EXPECT_THAT(split_shell_words("'\\' \"\\\\ \\\" \\$ \\` \\x\" \\'"), ElementsAre("\\", "\\ \" $ ` \\x", "'"));
    EXPECT_THAT(split_shell_words("a\\\nb \"c\\\nd\""), ElementsAre("ab", "cd"));
    EXPECT_THAT(split_shell_words("$x `y` * ~ #z"), ElementsAre("$x", "`y`", "*", "~", "#z"));
}

TEST(ShellWords, are_refused_when_a_quote_has_no_end) {
    for (char const* text : {"'a", "\"a", "\"a\\\"", "a\\", "'"})
        EXPECT_THROW(split_shell_words(text), base::Error) << text;
}

} // namespace stepwell::run
