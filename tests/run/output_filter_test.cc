#include "run/filter_support.h"

#include "base/crypto.h"

#include <gtest/gtest.h>

namespace stepwell::run {

namespace {

std::string encoded(std::string_view text) { return base::to_base64(text); }

std::string set_variable(std::string_view name, std::string_view value, bool sensitive = false) {
    return "##octopus[setVariable name='" + encoded(name) + "' value='" + encoded(value) + "'" +
           (sensitive ? " sensitive='" + encoded("True") + "'" : "") + "]";
}

} // namespace

TEST(OutputFilter, passes_every_byte_of_plain_output_on) {
    std::string bytes;
    for (int i = 0; i < 70'000; ++i) bytes += static_cast<char>(i * 7 % 256);
    bytes += std::string("\0\xff\xfe\r\r\n\x1b[31mred\x1b[0m\xc3(", 20) + "### #octopus[ ##octopus{ ##octopus";
    Filtered filtered({"a secret that does not occur"});
    filtered.feed(bytes).end();
    EXPECT_EQ(filtered.plain(), bytes);
}

TEST(OutputFilter, passes_a_prompt_on_at_once) {
    Filtered filtered({"hunter2hunter2"});
    filtered.feed("Continue? [y/n] ");
    EXPECT_EQ(filtered.plain(), "Continue? [y/n] ");
}

TEST(OutputFilter, holds_only_what_may_begin_a_secret_or_a_message) {
    Filtered filtered({"hunter2hunter2"});
    filtered.feed("Password: hunt");
    EXPECT_EQ(filtered.plain(), "Password: ");
    filtered.feed("ing season ##octo");
    EXPECT_EQ(filtered.plain(), "Password: hunting season ");
    filtered.feed("pussy").end();
    EXPECT_EQ(filtered.plain(), "Password: hunting season ##octopussy");
}

TEST(OutputFilter, decodes_a_message) {
    Filtered filtered;
    filtered.feed("before\n" + set_variable("TestA", "World!\nä") + "\nafter\n").end();
    EXPECT_EQ(filtered.plain(), "before\nafter\n");
    ASSERT_EQ(filtered.messages.size(), 1u);
    EXPECT_EQ(filtered.messages[0].name, "setVariable");
    EXPECT_EQ(filtered.messages[0]["name"], "TestA");
    EXPECT_EQ(filtered.messages[0]["value"], "World!\nä");
    EXPECT_FALSE(filtered.messages[0].secret);
    EXPECT_EQ(filtered.order, "TMT");
}

TEST(OutputFilter, reads_a_message_however_it_is_split) {
    std::string const text = "a##b\n" + set_variable("Name", "Value") + "\r\nmid" +
                             "##octopus[progress percentage=\"NTA=\"\n\tmessage = \"SGFsZiBX\r\nYXk\"]dle\n";
    for (std::size_t split = 0; split <= text.size(); ++split) {
        Filtered filtered({"unused secret"});
        filtered.feed(text.substr(0, split)).feed(text.substr(split)).end();
        ASSERT_EQ(filtered.plain(), "a##b\nmiddle\n") << split;
        ASSERT_EQ(filtered.messages.size(), 2u) << split;
        EXPECT_EQ(filtered.messages[0]["value"], "Value");
        EXPECT_EQ(filtered.messages[1]["message"], "Half Way");
        EXPECT_EQ(filtered.messages[1]["percentage"], "50");
        EXPECT_EQ(filtered.order, "TMTM!T");
    }
    Filtered bytewise;
    for (char const c : text) bytewise.feed(std::string_view(&c, 1));
    EXPECT_EQ(bytewise.end().plain(), "a##b\nmiddle\n");
    EXPECT_EQ(bytewise.messages.size(), 2u);
}

TEST(OutputFilter, warns_of_what_it_cannot_read_without_showing_it) {
    for (std::string const inside :
         {"setVariable name='VGVzd", "setVariable name=VGVzdA==", "setVariable name='?'", "setVariable x",
          "setVariable name='QQ=='name='QQ=='", "setVariable name='QQ==' Name='QQ=='", "setVariable name='QQBB'",
          "setVariable name='Q'"}) {
        Filtered filtered;
        filtered.feed("one\n##octopus[" + inside + "]\ntwo\n").end();
        EXPECT_EQ(filtered.text(), "one\n«warning»Could not parse '##octopus[setVariable …]'\n«standard»two\n")
            << inside;
        EXPECT_TRUE(filtered.messages.empty());
    }
    for (std::string const inside : {"", " x", "'", "1"}) {
        Filtered filtered;
        filtered.feed("##octopus[" + inside + "]").end();
        EXPECT_EQ(filtered.text(),
                  "«warning»Could not parse '##octopus[" + std::string(inside == "1" ? "1" : "") + " …]'\n");
    }
    Filtered unterminated;
    unterminated.feed("one\n##octopus[mask value='c2Vj").end();
    EXPECT_EQ(unterminated.text(), "one\n«warning»Could not parse '##octopus[mask …]'\n");
    EXPECT_FALSE(unterminated.filter().saw_error_output());
}

TEST(OutputFilter, is_not_deaf_after_a_message_without_end) {
    Filtered filtered;
    filtered.feed("##octopus[setVariable name='QQ==\nsome text\n" + set_variable("A", "B") + "\nend\n").end();
    ASSERT_EQ(filtered.messages.size(), 1u);
    EXPECT_EQ(filtered.messages[0]["name"], "A");
    EXPECT_EQ(filtered.text(), "«warning»Could not parse '##octopus[setVariable …]'\n«standard»end\n");
}

TEST(OutputFilter, keeps_levels_apart_by_stream) {
    Filtered filtered;
    filtered.feed("a\n##octopus[stdout-verbose]\nb\n##octopus[stdout-warning]c##octopus[STDOUT-Highlight]d")
        .feed("##octopus[stdout-wait]e##octopus[stdout-error]f##octopus[stdout-ignore]g##octopus[stdout-default]h")
        .feed("x\n", Stream::err)
        .end();
    EXPECT_EQ(filtered.text(), "a\n«verbose»b\n«warning»c«highlight»d«wait»e«error»f«standard»h");
    EXPECT_EQ(filtered.text(Stream::err), "x\n");
    EXPECT_TRUE(filtered.messages.empty());
}

TEST(OutputFilter, knows_the_same_levels_for_both_streams) {
    struct Case {
        std::string word, level;
    };
    for (auto const& [word, level] : {Case{"output", "standard"},
                                      {"verbose", "verbose"},
                                      {"progress", "verbose"},
                                      {"warning", "warning"},
                                      {"highlight", "highlight"},
                                      {"wait", "wait"},
                                      {"error", "error"}})
        for (auto stream : {Stream::out, Stream::err}) {
            std::string const name = stream == Stream::out ? "stdout" : "stderr";
            Filtered filtered;
            filtered.feed("##octopus[" + name + "-ignore]\n##octopus[" + name + "-" + word + "]\n");
            filtered.feed("a\n", stream).feed("##octopus[" + name + "-default]\n").feed("b\n", stream).end();
            std::string const first = stream == Stream::out ? "standard" : "error";
            std::string const begun = level == first ? "" : "«" + level + "»";
            std::string const rest = level == first ? "" : "«" + first + "»";
            EXPECT_EQ(filtered.text(stream), begun + "a\n" + rest + "b\n") << name << '-' << word;
            EXPECT_TRUE(filtered.messages.empty());
            EXPECT_TRUE(filtered.markers.empty());
        }
    Filtered calm;
    calm.feed("##octopus[stderr-output]\n").feed("fine\n", Stream::err).end();
    EXPECT_FALSE(calm.filter().saw_error_output());
}

TEST(OutputFilter, says_once_that_a_message_has_no_effect) {
    Filtered filtered({"hunter2-hunter2"});
    for (int i = 0; i < 3; ++i)
        filtered.feed("##octopus[createArtifact path='QQ==']\n##octopus[stdout-loud]\n##octopus[CREATEARTIFACT]\n");
    filtered.feed(set_variable("a", "b") + "##octopus[resultMessage message='QQ==']##octopus[hunter2-hunter2]");
    EXPECT_EQ(filtered.markers,
              (std::vector<std::string>{"The service message 'createArtifact' has no effect on this server.",
                                        "The service message 'stdout-loud' has no effect on this server.",
                                        "A service message has no effect on this server."}));
    for (int i = 0; i < 100; ++i) filtered.feed("##octopus[name-" + std::to_string(i) + "]");
    filtered.end();
    EXPECT_EQ(filtered.markers.size(), 16u);
    EXPECT_EQ(filtered.markers.back(), "Other service messages have no effect on this server either.");
}

TEST(OutputFilter, counts_error_output) {
    EXPECT_FALSE(
        Filtered().feed("##octopus[stderr-progress]\nprogress\n", Stream::err).end().filter().saw_error_output());
    EXPECT_FALSE(Filtered().feed("##octopus[stderr-ignore]\nx\n", Stream::err).end().filter().saw_error_output());
    EXPECT_FALSE(Filtered().feed("##octopus[stdout-error]\nx\n").end().filter().saw_error_output());
    EXPECT_TRUE(Filtered().feed("x", Stream::err).end().filter().saw_error_output());
    EXPECT_TRUE(Filtered()
                    .feed("##octopus[stderr-progress]##octopus[stderr-default]x", Stream::err)
                    .filter()
                    .saw_error_output());
    EXPECT_TRUE(
        Filtered().feed("##octopus[stderr-progress]##octopus[stderr-error]x", Stream::err).filter().saw_error_output());
    // Scripts print the switch for stderr on stdout.
    Filtered through_stdout;
    through_stdout.feed("##octopus[stderr-progress]\n").feed("x\n", Stream::err).end();
    EXPECT_FALSE(through_stdout.filter().saw_error_output());
    EXPECT_EQ(through_stdout.text(Stream::err), "«verbose»x\n");
}

TEST(OutputFilter, masks_what_a_mask_message_names_from_then_on) {
    Filtered filtered;
    filtered.feed("late-secret\n##octopus[mask value='" + encoded("late-secret") + "']\nlate-").feed("secret\n");
    filtered.feed("late-secret\n", Stream::err).end();
    EXPECT_EQ(filtered.plain(), "late-secret\n********\n");
    EXPECT_EQ(filtered.plain(Stream::err), "********\n");
    EXPECT_TRUE(filtered.messages.empty());
}

// Held text of one stream is written before the text of the other. The mask breaks no line and reorders none.
TEST(OutputFilter, keeps_the_order_of_the_streams) {
    Filtered filtered({"hunter2-hunter2", "-----BEGIN KEY-----\nabcdefgh"});
    filtered.feed("the season is hunt\n", Stream::err).feed("next\n");
    EXPECT_EQ(filtered.log, "the season is hunt\nnext\n");
    filtered.feed("Checking h", Stream::err).feed("osts h").feed("osts\n", Stream::err).feed("\n");
    EXPECT_EQ(filtered.log, "the season is hunt\nnext\nChecking hosts hosts\n\n");
    filtered.feed("-----\n", Stream::err).feed("x\n").feed("-----\n").feed("y\n", Stream::err).end();
    EXPECT_TRUE(filtered.log.ends_with("-----\nx\n-----\ny\n"));
}

TEST(OutputFilter, masks_a_secret_that_the_other_stream_interrupts) {
    Filtered filtered({"hunter2-hunter2"});
    filtered.feed("a hun").feed("x\n", Stream::err).feed("ter2-hunter2 b\n").end();
    EXPECT_EQ(filtered.log, "a hunx\n******** b\n") << "less than half of it was seen";
    filtered.log.clear();
    filtered.feed("a hunter2-").feed("x\n", Stream::err).feed("hunter2 b\n").end();
    EXPECT_EQ(filtered.log, "a ********x\n b\n");
    filtered.log.clear();
    filtered.feed("a hunter2-").feed("x\n", Stream::err).feed("season b\n").end();
    EXPECT_EQ(filtered.log, "a ********x\nseason b\n")
        << "a beginning that tells too much is masked where it is cut off";
    filtered.log.clear();
    for (char const c : std::string("hunter2-hunter2 b")) filtered.feed({&c, 1}).feed(".", Stream::err);
    filtered.end();
    EXPECT_EQ(filtered.plain(), filtered.plain()) << filtered.log;
    std::string shown = filtered.log;
    std::erase(shown, '.');
    EXPECT_EQ(shown, "hunter2******** b") << "no more than 7 bytes of the beginning";
}

TEST(OutputFilter, examines_what_is_held_again_when_it_learns_a_secret) {
    Filtered filtered({"abcdefgh"});
    filtered.feed("abcd").feed("##octopus[mask value='" + encoded("cdXY") + "']", Stream::err).feed("XY.").end();
    EXPECT_EQ(filtered.plain(), "ab********.");
}

TEST(OutputFilter, masks_a_sensitive_output_variable_and_seals_it) {
    Filtered filtered;
    filtered.feed(set_variable("Token", "t0k3n-value", true) + "\nt0k3n-value\n" +
                  set_variable("Other", "has t0k3n-value in it") + "\n" + set_variable("Plain", "nothing") + "\n");
    ASSERT_EQ(filtered.end().messages.size(), 3u);
    EXPECT_TRUE(filtered.messages[0].secret);
    EXPECT_EQ(filtered.messages[0]["value"], "t0k3n-value");
    EXPECT_TRUE(filtered.messages[1].secret);
    EXPECT_FALSE(filtered.messages[2].secret);
    EXPECT_EQ(filtered.plain(), "********\n");
}

// Messages that the server shows or needs: texts are masked, the rest is sealed.
TEST(OutputFilter, masks_what_messages_show_and_seals_what_they_hand_on) {
    auto const said = [](std::string const& message) {
        Filtered filtered({"hunter2!"});
        filtered.feed("##octopus[" + message + "]\n").end();
        EXPECT_EQ(filtered.messages.size(), 1u);
        return filtered.messages.at(0);
    };
    auto const progress = said("progress percentage='" + encoded("5") + "' message='" +
                               encoded("with hunter2! at " + encoded("hunter2!")) + "'");
    EXPECT_EQ(progress["message"], "with ******** at ********=");
    EXPECT_EQ(progress["percentage"], "5");
    EXPECT_FALSE(progress.secret);
    EXPECT_EQ(said("RESULTMESSAGE Message='" + encoded("hunter2! is wrong") + "'")["Message"], "******** is wrong");
    auto const artifact =
        said("createArtifact path='" + encoded("/tmp/hunter2!") + "' name='" + encoded("hunter2!.log") + "'");
    EXPECT_TRUE(artifact.secret) << "its path is needed as it is";
    EXPECT_EQ(artifact["name"], "********.log");
    EXPECT_EQ(artifact["path"], "/tmp/hunter2!");
    EXPECT_FALSE(said("createArtifact path='" + encoded("/tmp/x") + "' name='" + encoded("hunter2!") + "'").secret);
    auto const variable = said("setVariable name='" + encoded("of hunter2!") + "' value='" + encoded("hunter2!") + "'");
    EXPECT_TRUE(variable.secret);
    EXPECT_EQ(variable["name"], "of ********");
    EXPECT_EQ(variable["value"], "hunter2!");
    EXPECT_TRUE(said("set-environmentstate key='" + encoded("k") + "' value='" + encoded("%68unter2!") + "'").secret);
    EXPECT_TRUE(said("unknown x='" + encoded("hunter2!") + "'").secret);
    Filtered named({"a-name-1234"});
    named.feed("##octopus[a-name-1234 x='QQ==']##octopus[x a-name-1234='QQ==']").end();
    ASSERT_EQ(named.messages.size(), 2u);
    EXPECT_TRUE(named.messages[0].secret);
    EXPECT_TRUE(named.messages[1].secret);
    EXPECT_EQ(named.feed("##octopus[a-name-1234 ?]").end().plain().find("a-name"), std::string::npos);
}

// A message of the maximum length. It is sealed if masking makes it too long.
TEST(OutputFilter, masks_long_texts_of_messages) {
    std::string text;
    while (text.size() < 100'000) text += "abcd ";
    Filtered filtered({"abcd"});
    filtered.feed("##octopus[resultMessage message='" + encoded(text) + "']").end();
    ASSERT_EQ(filtered.messages.size(), 1u);
    EXPECT_TRUE(filtered.messages[0].secret || filtered.messages[0]["message"].find("abcd") == std::string::npos);
    filtered.feed("##octopus[resultMessage message='" + encoded(text.substr(0, 1000)) + "']").end();
    EXPECT_FALSE(filtered.messages.at(1).secret);
    EXPECT_EQ(filtered.messages.at(1)["message"].substr(0, 18), "******** ******** ");
}

TEST(OutputFilter, masks_all_forms_of_what_messages_announce) {
    for (auto const& message :
         {"##octopus[mask value='" + encoded("l4te \"value\"") + "']", set_variable("T", "l4te \"value\"", true)}) {
        Filtered filtered;
        filtered
            .feed(message + "l4te \\\"value\\\"|" + encoded("l4te \"value\"") +
                  "|6c 34 74 65 20 22 76 61 6c 75 65 22|l4te+%22value%22")
            .end();
        EXPECT_EQ(filtered.plain(), "********|********|********|********");
    }
}

TEST(OutputFilter, masks_a_sensitive_output_variable_of_100_kib) {
    std::string value;
    std::mt19937 random(3);
    while (value.size() < 100 * 1024) value += static_cast<char>('a' + random() % 26);
    Filtered filtered;
    filtered.feed(set_variable("Token", value, true) + "\n" + value + ".\n" + encoded("ab" + value) + "\n").end();
    EXPECT_TRUE(filtered.markers.empty());
    ASSERT_EQ(filtered.messages.size(), 1u);
    EXPECT_TRUE(filtered.messages[0]["value"] == value);
    EXPECT_EQ(filtered.plain().substr(0, 21), "********.\nYWJ********");
    EXPECT_LE(filtered.plain().size(), 27u);
}

TEST(OutputFilter, obeys_only_messages_with_the_nonce_when_there_is_one) {
    std::string const nonce = "0123456789abcdef";
    std::string const forged = set_variable("A", "B");
    std::string const wrong = "##octopus[setVariable nonce='" + encoded("0123456789abcdee") + "' name='QQ==']";
    std::string const right = "##octopus[setVariable name='QQ==' nonce='" + encoded(nonce) + "' value='Qg==']";
    std::string const text =
        forged + "\n" + wrong + "\n##octopus[broken\n" + right + "\n##octopus[stdout-ignore]x\n##octopus[un";
    for (std::size_t split = 0; split <= text.size(); ++split) {
        Filtered filtered({}, nonce);
        filtered.feed(text.substr(0, split)).feed(text.substr(split)).end();
        ASSERT_EQ(filtered.plain(),
                  forged + "\n" + wrong + "\n##octopus[broken\n##octopus[stdout-ignore]x\n##octopus[un");
        ASSERT_EQ(filtered.messages.size(), 1u);
        EXPECT_EQ(filtered.messages[0]["name"], "A");
        EXPECT_EQ(filtered.messages[0]["nonce"], "(absent)");
    }
}

TEST(OutputFilter, carries_values_of_128_kib_on_both_streams_at_once) {
    std::string const value(128 * 1024, 'v');
    std::string const message = set_variable("Long", value);
    Filtered filtered({"some secret"});
    for (std::size_t at = 0; at < message.size(); at += 5000) {
        filtered.feed(message.substr(at, 5000));
        filtered.feed(message.substr(at, 5000), Stream::err);
    }
    ASSERT_EQ(filtered.end().messages.size(), 2u);
    EXPECT_EQ(filtered.messages[0]["value"], value);
    EXPECT_EQ(filtered.messages[1]["value"], value);
    EXPECT_TRUE(filtered.markers.empty());
}

TEST(OutputFilter, drops_a_message_that_is_too_long_and_says_so) {
    std::string const message = set_variable("Long", std::string(200 * 1024, 'v'), true);
    for (std::size_t const piece : {std::size_t{1000}, std::size_t{65536}, message.size()}) {
        Filtered filtered;
        filtered.feed("one\n");
        for (std::size_t at = 0; at < message.size(); at += piece) filtered.feed(message.substr(at, piece));
        filtered.feed("\ntwo\n" + set_variable("A", "B") + "\n").end();
        EXPECT_EQ(filtered.plain(), "one\ntwo\n");
        ASSERT_EQ(filtered.markers.size(), 1u);
        EXPECT_EQ(filtered.markers[0], "A service message was dropped because it is too long: " +
                                           std::to_string(message.size()) + " bytes.");
        EXPECT_EQ(filtered.messages.size(), 1u);
    }
}

TEST(OutputFilter, reads_a_message_behind_one_that_is_too_long_and_has_no_end) {
    std::string const endless = "##octopus[x" + std::string(300 * 1024, ' ');
    Filtered lenient;
    lenient.feed(endless + set_variable("A", "B") + "\ntext\n").end();
    EXPECT_EQ(lenient.messages.size(), 1u);
    EXPECT_EQ(lenient.markers.size(), 1u);
    Filtered strict({}, "nonce");
    std::string const right = "##octopus[setVariable nonce='" + encoded("nonce") + "' name='QQ==']";
    // The opening of the second message crosses the limit.
    for (std::size_t const size :
         {MessageScanner::longest_message - 6, MessageScanner::longest_message - 1, endless.size()}) {
        std::string const before = "##octopus[" + std::string(size, ' ');
        Filtered one({}, "nonce");
        one.feed(before + right + "text").end();
        EXPECT_EQ(one.messages.size(), 1u) << size;
        EXPECT_TRUE(one.plain() == before + "text");
    }
}

// Openings, ends and contents in any order and of any length: complete messages, parts of them, and messages that are
// too long.
TEST(OutputFilter, says_the_same_however_messages_are_split) {
    unsigned const seed = test_seed();
    SCOPED_TRACE("STEPWELL_SEED=" + std::to_string(seed));
    std::mt19937 random(seed);
    std::string const valid = "setVariable name='QQ==' nonce='" + encoded("n") + "' value='" + encoded("value") + "'";
    std::vector<std::string> const parts = {"##octopus[",
                                            "##octopus[",
                                            "]",
                                            "##octopus[" + valid + "]",
                                            "##octopus[stdout-verbose]",
                                            std::string(5000, 'x'),
                                            valid,
                                            "\r\n",
                                            "#",
                                            "##octo",
                                            std::string(100'000, ' '),
                                            std::string(90'000, 'A'),
                                            "text ",
                                            "\n"};
    int messages = 0, markers = 0;
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (unsigned i = random() % 14; i > 0; --i) text += parts[random() % parts.size()];
        for (std::string const nonce : {"", "n"}) {
            Filtered whole({"secret"}, nonce), split({"secret"}, nonce);
            whole.feed(text).end();
            for (std::size_t at = 0, size; at < text.size(); at += size) {
                size = random() % 3 == 0 ? 1 + random() % 20 : 1 + random() % 70'000;
                split.feed(std::string_view(text).substr(at, size));
            }
            split.end();
            ASSERT_TRUE(whole.text() == split.text()) << round;
            ASSERT_EQ(whole.messages.size(), split.messages.size()) << round;
            ASSERT_EQ(whole.markers, split.markers) << round;
            ASSERT_EQ(whole.order, split.order) << round;
            messages += static_cast<int>(whole.messages.size());
            markers += static_cast<int>(whole.markers.size());
        }
    }
    EXPECT_GT(messages, 100);
    EXPECT_GT(markers, 0);
}

TEST(OutputFilter, withholds_output_when_the_arena_is_full) {
    std::mt19937 random(7);
    Filtered filtered({"known-secret"});
    filtered.feed("visible\nknown-se");
    bool fits = true;
    for (int i = 0; i < 10'000 && fits; ++i) {
        std::string secret(400, '\0');
        for (char& c : secret) c = static_cast<char>(33 + random() % 90);
        fits = filtered.filter().add_secret(secret);
    }
    EXPECT_FALSE(fits);
    EXPECT_FALSE(filtered.filter().add_secret("another one"));
    filtered.feed("cret anything\n" + set_variable("A", "B") + "\n").feed("more\n", Stream::err).end();
    EXPECT_EQ(filtered.plain(), "visible\n");
    EXPECT_EQ(filtered.plain(Stream::err), "");
    ASSERT_EQ(filtered.markers.size(), 1u);
    EXPECT_NE(filtered.markers[0].find("output is withheld"), std::string::npos);
    ASSERT_EQ(filtered.messages.size(), 1u);
    EXPECT_TRUE(filtered.messages[0].secret);
    EXPECT_TRUE(filtered.filter().saw_error_output());
}

TEST(OutputFilter, withholds_everything_in_an_arena_too_small_to_work) {
    for (std::size_t const size : {std::size_t{64}, std::size_t{40'000}, std::size_t{100'000}}) {
        Filtered filtered({}, {}, size);
        filtered.feed("text").feed("text", Stream::err).end();
        EXPECT_EQ(filtered.plain() + filtered.plain(Stream::err), "");
        EXPECT_EQ(filtered.markers.size(), 1u);
    }
}

TEST(OutputFilter, learns_the_same_secret_again_without_using_room) {
    Filtered filtered;
    for (int i = 0; i < 20'000; ++i) ASSERT_TRUE(filtered.filter().add_secret("p@ss word\nwith <lines> & \"quotes\""));
}

TEST(OutputFilter, streams_a_line_of_any_length_in_constant_memory) {
#ifdef STEPWELL_SANITIZED
    std::size_t const total = 16u << 20;
#else
    std::size_t const total = 1u << 30;
#endif
    struct Counting final : OutputFilter::Sink {
        std::size_t bytes = 0;
        void output(Stream, Level, std::string_view masked) override { bytes += masked.size(); }
        void message(Stream, std::string_view, bool) override {}
        void marker(std::string_view) override {}
    } sink;
    std::vector<std::uint64_t> arena(OutputFilter::arena_bytes / 8);
    OutputFilter filter({reinterpret_cast<char*>(arena.data()), OutputFilter::arena_bytes}, "", sink);
    filter.add_secret("some-secret-value");
    std::string const piece(65536, 'x');
    for (std::size_t sent = 0; sent < total; sent += piece.size()) filter.feed(Stream::out, piece);
    filter.end(Stream::out);
    EXPECT_EQ(sink.bytes, total);
}

} // namespace stepwell::run
