#include "variables/substitute.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

using namespace stepwell;
using namespace stepwell::variables;

namespace {

using Names = std::vector<std::string>;
using Values = base::MapIgnoringCase<std::string>;

Lookup in(Values const& values) {
    return [&values](std::string_view name) -> std::optional<Value> {
        auto found = values.find(name);
        if (found == values.end()) return std::nullopt;
        return Value{found->second};
    };
}

Substituted with(std::string_view text, Values const& values) { return substitute(text, in(values)); }

double seconds_of(std::string const& text, Values const& values) {
    auto start = std::chrono::steady_clock::now();
    auto done = with(text, values);
    EXPECT_LE(done.text.size(), most_substituted_bytes + text.size());
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string repeat(std::string_view piece, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += piece;
    return out;
}

} // namespace

TEST(Substitute, replaces_names_of_every_form) {
    Values const values{{"Foo", "Bar"},
                        {"Octopus.Action[Back up].Output.File", "/tmp/dump"},
                        {"Octopus.Action[Take [all] {of} it].Output.x", "y"},
                        {"Foo Bar", "two words"},
                        {"env:PATH", "p"},
                        {"a/b-c_(1)@~", "odd"},
                        {"größe", "xl"},
                        {"Empty", ""}};
    struct Case {
        std::string_view text, expected;
    };
    Case const cases[] = {
        {"", ""},
        {"no token", "no token"},
        {"#{Foo}", "Bar"},
        {"#{foo}#{FOO}", "BarBar"},
        {"a#{ Foo }b", "aBarb"},
        {"#{\nFoo\n}", "Bar"},
        {"#{Octopus.Action[Back up].Output.File}", "/tmp/dump"},
        {"#{octopus.action[back up].output.file}", "/tmp/dump"},
        {"#{Octopus.Action[Take [all] {of} it].Output.x}", "y"},
        {"#{Foo Bar}", "two words"},
        {"#{env:PATH}#{a/b-c_(1)@~}#{größe}", "poddxl"},
        {"<#{Empty}>", "<>"},
    };
    for (auto const& [text, expected] : cases) {
        auto done = with(text, values);
        EXPECT_EQ(done.text, expected) << text;
        EXPECT_TRUE(done.complete()) << text;
    }
}

TEST(Substitute, takes_doubled_hashes_as_the_language_says) {
    Values const values{{"Foo", "Bar"}};
    struct Case {
        std::string_view text, expected;
    };
    Case const cases[] = {
        {"##{Foo}", "#{Foo}"},
        {"###{Foo}", "#Bar"},
        {"####{Foo}", "###{Foo}"},
        {"#####{Foo}", "###Bar"},
        {"######{Foo}", "#####{Foo}"},
        {"#{Foo}###", "Bar###"},
        {"##{/if}", "#{/if}"},
        {"##x#{Foo}", "##xBar"},
        {"## #{Foo}", "## Bar"},
        {"#x{Foo}", "#x{Foo}"},
        {"a##", "a##"}, // without "#{" a text is left alone
        {"#", "#"},
        {"##{", "#{"},
        {"####{", "###{"},
        {"#{Foo}#", "Bar#"},
    };
    for (auto const& [text, expected] : cases) EXPECT_EQ(with(text, values).text, expected) << text;
}

TEST(Substitute, leaves_unknown_names_as_written_and_reports_them_once) {
    auto done = with("#{ A }-#{B}-#{a}-#{A}", {{"B", "<#{C}>"}});
    EXPECT_EQ(done.text, "#{ A }-<#{C}>-#{a}-#{A}");
    EXPECT_EQ(done.unknown, (Names{"A", "C"}));
    EXPECT_EQ(done.read, Names{"B"});
    EXPECT_FALSE(done.complete());
}

TEST(Substitute, leaves_what_is_not_of_the_language_alone) {
    Values const values{{"Foo", "Bar"}};
    struct Case {
        std::string_view text, expected;
    };
    Case const cases[] = {
        {"#{Foo} #{bad, #{Foo}", "Bar #{bad, Bar"},
        {"x#{Foo", "x#{Foo"},
        {"#{}", "#{}"},
        {"#{ }", "#{ }"},
        {"#{\"x\"}", "#{\"x\"}"},
        {"#{Foo+1}", "#{Foo+1}"},
        {"${#list[@]} #{Foo}", "${#list[@]} Bar"},
        {"#{a[b} #{Foo}", "#{a[b} Bar"},
        {"#{", "#{"},
    };
    for (auto const& [text, expected] : cases) {
        auto done = with(text, values);
        EXPECT_EQ(done.text, expected) << text;
        EXPECT_TRUE(done.complete()) << text;
    }
}

TEST(Substitute, leaves_blocks_and_filters_as_written_and_reports_them) {
    auto text = "#{if Foo == \"x\"}#{Foo}#{else}-#{/if}#{Foo | ToUpper}#{ unless A}#{/unless}#{if Foo}#{each a in B}";
    auto done = with(text, {{"Foo", "Bar"}});
    EXPECT_EQ(done.text,
              "#{if Foo == \"x\"}Bar#{else}-#{/if}#{Foo | ToUpper}#{ unless A}#{/unless}#{if Foo}#{each a in B}");
    EXPECT_EQ(done.left, (Names{"#{if Foo == \"x\"}", "#{else}", "#{/if}", "#{Foo | ToUpper}", "#{ unless A}",
                                "#{/unless}", "#{if Foo}", "#{each a in B}"}));
    EXPECT_TRUE(done.unknown.empty());
}

TEST(Substitute, knows_variables_named_like_the_words_of_blocks) {
    EXPECT_EQ(with("#{if}#{each}#{iffy}#{if.x}", {{"if", "1"}, {"each", "2"}, {"iffy", "3"}, {"if.x", "4"}}).text,
              "1234");
}

TEST(Substitute, looks_up_a_name_that_stands_in_an_index) {
    Values const values{{"Octopus.Step.Name", "Back up"}, {"A[Back up].File", "dump"}, {"N", "#{Octopus.Step.Name}"}};
    EXPECT_EQ(with("#{A[#{Octopus.Step.Name}].File}", values).text, "dump");
    EXPECT_EQ(with("#{A[ #{N} ].File}", values).text, "dump");
    auto done = with("#{A[#{Gone}].File}", values);
    EXPECT_EQ(done.text, "#{A[#{Gone}].File}");
    EXPECT_EQ(done.unknown, (Names{"Gone", "A[#{Gone}].File"}));
}

TEST(Substitute, expands_values_that_refer_to_others) {
    auto done = with("#{A}", {{"A", "(#{B}#{C})"}, {"B", "[#{C}]"}, {"C", "c"}});
    EXPECT_EQ(done.text, "([c]c)");
    EXPECT_EQ(done.read, (Names{"A", "B", "C"}));
}

TEST(Substitute, takes_escapes_once) {
    EXPECT_EQ(with("#{A}", {{"A", "##{B}"}, {"B", "b"}}).text, "#{B}");
    EXPECT_EQ(with("#{A}", {{"A", "##"}}).text, "##");
}

TEST(Substitute, never_expands_literals) {
    auto done = substitute("#{A}", [](std::string_view name) -> std::optional<Value> {
        if (name == "A") return Value{"#{Password} ##{x}", true};
        return Value{"secret"};
    });
    EXPECT_EQ(done.text, "#{Password} ##{x}");
    EXPECT_EQ(done.read, Names{"A"});
}

TEST(Substitute, says_when_something_sensitive_went_in) {
    Values const values{{"A", "#{B}"}, {"B", "b"}};
    auto secret_b = [&](std::string_view name) -> std::optional<Value> {
        auto value = in(values)(name);
        if (value) value->sensitive = name == "B";
        return value;
    };
    EXPECT_TRUE(substitute("#{A}", secret_b).sensitive);
    EXPECT_FALSE(with("#{A}", values).sensitive);
}

TEST(Substitute, reports_loops_and_leaves_them) {
    auto direct = with("#{A}!", {{"A", "x#{A}"}});
    EXPECT_EQ(direct.text, "x#{A}!");
    EXPECT_EQ(direct.loops, Names{"A → A"});

    auto round = with("#{Top}", {{"Top", "#{A}"}, {"A", "#{B}"}, {"B", "<#{a}>"}});
    EXPECT_EQ(round.text, "<#{a}>");
    EXPECT_EQ(round.loops, Names{"A → B → a"});
    EXPECT_FALSE(round.complete());
}

TEST(Substitute, follows_values_only_so_deep) {
    Values values{{"V0", "end"}};
    for (int i = 1; i <= 5000; ++i) values["V" + std::to_string(i)] = "#{V" + std::to_string(i - 1) + "}";
    EXPECT_EQ(with("#{V64}", values).text, "end");
    EXPECT_TRUE(with("#{V64}", values).complete());
    EXPECT_FALSE(with("#{V5000}", values).complete());
}

TEST(Substitute, is_bounded_when_values_double_each_other) {
    Values values{{"V0", "0123456789"}};
    for (int i = 1; i <= 60; ++i)
        values["V" + std::to_string(i)] = "#{V" + std::to_string(i - 1) + "}#{V" + std::to_string(i - 1) + "}";
    auto done = with("a#{V60}", values);
    EXPECT_TRUE(done.too_long);
    EXPECT_EQ(done.text, "a#{V60}");
    EXPECT_EQ(with("#{V3}", values).text.size(), 80u);
    values["V0"] = "";
    EXPECT_EQ(with("#{V60}", values).text, ""); // doubling nothing costs nothing
}

TEST(Substitute, obeys_the_limit_to_the_byte) {
    Values const values{{"A", "1234"}};
    EXPECT_FALSE(substitute("#{A}#{A}", in(values), 8).too_long);
    EXPECT_TRUE(substitute("#{A}#{A}", in(values), 7).too_long);
}

TEST(Substitute, takes_time_in_proportion_to_hostile_text) {
    Values const values{{"a", "b"}, {"Long", std::string(1 << 20, 'x')}};
    std::string_view const pieces[] = {"#{",     "#{a",     "#{a[",           "#{a[#{",        "#{a[#{a[#{a}]}].b",
                                       "[#{a}]", "#",       "#{a[b",          "#{if ",         "#{a[#{Long}]}",
                                       "#{a|",   "#{a[[[[", "#{a[#{a}]#{a}]", "#{ \n \n \n a", "##{"};
    for (auto piece : pieces) {
        auto small = seconds_of("#{x" + repeat(piece, 1 << 14), values);
        auto large = seconds_of("#{x" + repeat(piece, 1 << 17), values);
        EXPECT_LT(large, 8 * small * 4 + 0.05) << piece;
    }
}

TEST(Substitute, survives_any_bytes) {
    std::mt19937 random(7);
    std::string_view const alphabet = "#{}[]a.B |/if\"=\n\xC3\xA4";
    Values const values{{"a", "#{B}"}, {"B", "#{a}b"}, {"a.B", "##{"}, {"f", "}"}};
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (auto n = random() % 40; n > 0; --n) text += alphabet[random() % alphabet.size()];
        auto done = with(text, values);
        if (text.find("#{") == std::string::npos) EXPECT_EQ(done.text, text);
        EXPECT_FALSE(done.too_long);
    }
}

TEST(Truth, is_everything_but_four_words) {
    for (auto text : {"", "0", "False", "false", "NO", "no", " no ", "\tFALSE\n"})
        EXPECT_FALSE(is_truthy(text)) << text;
    for (auto text : {" ", " 0", "00", "True", "1", "off", "null", "nope", "#{x}"})
        EXPECT_TRUE(is_truthy(text)) << text;
}
