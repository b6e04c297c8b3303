// Texts and values that are meant to do harm. The tests count steps and bytes, not seconds.
#include "variables/evaluate.h"
#include "variables/language/parser.h"

#include <gtest/gtest.h>

#include <random>

using namespace stepwell;
using namespace stepwell::variables;

namespace {

std::string repeat(std::string_view piece, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += piece;
    return out;
}

// Holds the values as separate strings, for a dictionary that refers to them.
struct Values {
    std::vector<std::pair<std::string, std::string>> pairs;

    void add(std::string name, std::string text) { pairs.emplace_back(std::move(name), std::move(text)); }
    Evaluated evaluate(std::string_view text, EvaluateOptions const& options = {}) const {
        std::vector<Variable> all;
        for (auto const& [name, value] : pairs) all.push_back({name, value});
        auto done = variables::evaluate(text, Dictionary(std::move(all)), options);
        done.read.clear();
        return done;
    }
};

Evaluated with(std::string_view text, std::string value, std::size_t work = max_evaluation_work) {
    Values values;
    values.add("A", std::move(value));
    EvaluateOptions options;
    options.work = work;
    return values.evaluate(text, options);
}

// Enough to distinguish evaluations that end from those that do not, and fast enough under a sanitizer.
constexpr std::size_t some_work = 8u << 20;

} // namespace

TEST(Hostile, texts_are_read_in_steps_in_proportion_to_their_size) {
    std::string_view const pieces[] = {"#{",
                                       "#{a",
                                       "#{a[",
                                       "#{a[#{",
                                       "#{a[#{a[#{a}]}].b",
                                       "[#{a}]",
                                       "#",
                                       "#{a[b",
                                       "#{if ",
                                       "#{if a}",
                                       "#{if a}#{else}",
                                       "#{if a}#{elseif b}",
                                       "#{elseif b}",
                                       "#{each a in b}",
                                       "#{unless a}#{else}",
                                       "#{a|b ",
                                       "#{a|b #{c}",
                                       "#{a|b \"",
                                       "#{a|b \\\"",
                                       "#{a|",
                                       "#{a[[[[",
                                       "#{calc (",
                                       "#{calc a+",
                                       "#{calc 1+1}",
                                       "##{",
                                       "###{",
                                       "#{a|b}",
                                       "#{if a|b #{if a|b ",
                                       "#{if a == b}x#{/if}",
                                       "\\\"",
                                       "#{ \n \n",
                                       "#{if \"a\" == ",
                                       "#{/if}",
                                       "#{if a}#{/unless}",
                                       "]",
                                       "#{a]",
                                       "#{a }#{if x}#{/if}"};
    for (auto piece : pieces)
        for (auto on_broken : {OnBroken::refuse, OnBroken::carry_on})
            for (auto before : {"", "#{x", "#{if x}", "#{if x}#{else}", "#{each x in y}"}) {
                auto text = before + repeat(piece, 1'000);
                EXPECT_LT(parse(text, on_broken).steps, text.size() * 20) << before << piece;
            }
}

TEST(Hostile, nesting_ends_before_the_stack_does) {
    auto const many = 100'000;
    std::pair<std::string, std::string> const nests[] = {
        {repeat("#{if a}", many), repeat("#{/if}", many)},
        {repeat("#{if a}x#{else}", many), repeat("#{/if}", many)},
        {repeat("#{each a in b}", many), repeat("#{/each}", many)},
        {repeat("#{a[", many), "b" + repeat("]}", many)},
        {repeat("#{a | b ", many), repeat("}", many)},
        {repeat("#{if a | b ", many), repeat("}#{/if}", many)},
        {"#{calc " + repeat("(", many), "1" + repeat(")", many) + "}"},
        {"#{a" + repeat("[", many), repeat("]", many) + "}"},
    };
    for (auto const& [open, close] : nests) {
        auto text = open + close;
        for (bool carry_on : {false, true}) {
            EvaluateOptions options;
            options.carry_on = carry_on;
            auto done = evaluate(text, Dictionary({{"A", "1"}}), options);
            EXPECT_EQ(done.refusal, Refusal::none);
            if (open.size() > 5 * many) EXPECT_EQ(done.text, text);
        }
    }
    EXPECT_EQ(with(repeat("#{if A}", 90) + "x" + repeat("#{/if}", 90), "1").text, "x");
}

TEST(Hostile, texts_take_only_so_much_memory) {
    EXPECT_TRUE(find_problem(repeat("#{a}", 200'000), true).ends_with("too much memory to parse"));
    EXPECT_TRUE(find_problem("#{calc 1" + repeat("+1", 3'000'000) + "}").ends_with("too much memory to parse"));
    EXPECT_EQ(find_problem(repeat("#{a}", 50'000)), "");
}

TEST(Hostile, chains_are_as_long_as_they_like) {
    auto elseifs = "#{if x}0" + repeat("#{elseif x}1", 100'000) + "#{elseif A}2#{/if}";
    EXPECT_EQ(with(elseifs, "1").text, "2");
    EXPECT_EQ(with("#{calc 1" + repeat("+1", 100'000) + "}", "").text, "100001");
    EXPECT_EQ(with("#{A" + repeat(" | ToUpper | ToLower", 10'000) + "}", "a").text, "a");
    EXPECT_EQ(with(repeat("#{A}", 100'000), "a").text.size(), 100'000u);
}

TEST(Hostile, values_go_only_so_deep) {
    Values values;
    values.add("V0", "end");
    for (int i = 1; i <= 20'000; ++i) values.add("V" + std::to_string(i), "<#{V" + std::to_string(i - 1) + "}");
    EXPECT_EQ(values.evaluate("#{V100}").text, repeat("<", 100) + "end");
    EXPECT_EQ(values.evaluate("#{V20000}").refusal, Refusal::too_deep);
    Values blocks;
    blocks.add("V0", "end");
    for (int i = 1; i <= 1000; ++i)
        blocks.add("V" + std::to_string(i),
                   repeat("#{if V0}", 150) + "#{V" + std::to_string(i - 1) + "}" + repeat("#{/if}", 150));
    EXPECT_EQ(blocks.evaluate("#{V1000}").refusal, Refusal::too_deep);
}

TEST(Hostile, values_that_double_each_other_end_at_the_limit) {
    Values values;
    values.add("V0", "0123456789");
    for (int i = 1; i <= 60; ++i) {
        auto inner = "#{V" + std::to_string(i - 1) + "}";
        values.add("V" + std::to_string(i), inner + inner);
    }
    auto done = values.evaluate("a#{V60}");
    EXPECT_EQ(done.refusal, Refusal::too_long);
    EXPECT_EQ(done.text, "a#{V60}");
    values.pairs[0].second = "";
    EXPECT_EQ(values.evaluate("a#{V60}").text, "a"); // doubling an empty value costs nothing
}

TEST(Hostile, limit_holds_to_the_byte) {
    EvaluateOptions options;
    options.limit = 8;
    Dictionary const values({{"A", "1234"}});
    EXPECT_EQ(evaluate("#{A}#{A}", values, options).text, "12341234");
    options.limit = 7;
    EXPECT_EQ(evaluate("#{A}#{A}", values, options).refusal, Refusal::too_long);
    EXPECT_EQ(evaluate("#{if x}#{/if}#{A}#{A}", values, options).refusal, Refusal::too_long);
}

TEST(Hostile, loops_within_loops_run_out_of_work) {
    auto commas = std::string(10'000, ',');
    EXPECT_EQ(with("#{each x in A}#{each y in A}#{each z in A}#{/each}#{/each}#{/each}", commas, some_work).refusal,
              Refusal::too_much);
    EXPECT_EQ(with("#{each x in A}#{/each}", std::string(1 << 20, ',')).text, "");
    EXPECT_EQ(
        with("#{each x in A}#{each y in A}#{if x | Match \"x*y\"}#{/if}#{/each}#{/each}", commas, some_work).refusal,
        Refusal::too_much);
    EXPECT_EQ(with("#{each x in A}#{A[#{x}].b}#{/each}", "{\"x\":[" + repeat("1,", 100'000) + "]}").refusal,
              Refusal::none);
}

TEST(Hostile, filters_cannot_blow_up_a_text) {
    auto lines = std::string(1 << 20, '\n');
    EXPECT_EQ(with("#{A | Indent 255}", lines).refusal, Refusal::too_long);
    EXPECT_EQ(with("#{A | Replace \"\" #{A}}", std::string(1 << 14, 'x')).refusal, Refusal::too_long);
    EXPECT_EQ(with("#{A" + repeat(" | Append #{A}", 30) + "}", std::string(1 << 20, 'x')).refusal,
              Refusal::none); // not a template: see Filters
    EXPECT_EQ(with("#{A" + repeat(" | Append #{A} \"\"", 30) + "}", std::string(1 << 20, 'x')).refusal,
              Refusal::too_large);
    EXPECT_EQ(with("#{A" + repeat(" | HtmlEscape", 40) + "}", std::string(1000, '&')).refusal, Refusal::none);
    EXPECT_EQ(with("#{A" + repeat(" | UriDataEscape", 40) + "}", "%").refusal, Refusal::none);
    EXPECT_EQ(with("#{A" + repeat(" | ToBase64", 60) + "}", "xyz").refusal, Refusal::too_large);
    EXPECT_TRUE(with("#{A | Format F999999999}", "1").text.starts_with("#{A"));
    EXPECT_EQ(with("#{A | Markdown}", std::string(1 << 20, '*')).refusal, Refusal::too_long);
    EXPECT_EQ(
        with("#{each x in A}#{x | Markdown}#{/each}", repeat(std::string(1000, '[') + ",", 100), some_work).refusal,
        Refusal::too_much);
}

TEST(Hostile, expressions_run_out_of_steps) {
    auto refused = [](std::string const& pattern, std::string const& text) {
        return with("#{A | Match \\\"" + pattern + "\\\"}", text, some_work).refusal == Refusal::regex;
    };
    auto many = std::string(5'000, 'a');
    EXPECT_TRUE(refused("^(a+)+$", many + "!"));
    EXPECT_TRUE(refused("(a|aa)+$", many + "!"));
    EXPECT_TRUE(refused("(.*)(.*)(.*)(.*)(.*)(.*)[xy]$", many));
    EXPECT_TRUE(refused("(a*)*\\1\\1\\1[bc]", many));
    EXPECT_TRUE(refused(".*.*[=;].*", std::string(1 << 20, 'a')));
    EXPECT_TRUE(refused(std::string(20'000, 'a'), ""));
    EXPECT_TRUE(refused(repeat("(", 5'000) + repeat(")", 5'000), ""));
    EXPECT_TRUE(refused("((a{1,1000}){1,1000}){1,1000}", ""));
    EXPECT_TRUE(refused(repeat("[a-", 3'000) + repeat("]", 3'000), ""));
    EXPECT_EQ(with("#{A | Replace \"(a*)*[bc]\" x}", many, some_work).refusal, Refusal::regex);
    EXPECT_EQ(with("#{A | Match \"^[a-z]+$\"}", std::string(1 << 20, 'a')).text, "true");
}

TEST(Hostile, json_is_read_within_bounds) {
    EXPECT_EQ(with("#{A.x}", repeat("[", 100'000)).text, "#{A.x}");
    EXPECT_EQ(with("#{A.x}", repeat("{a:", 100'000)).text, "#{A.x}");
    EXPECT_EQ(with("#{A[0]}", repeat("[", 64) + "1" + repeat("]", 64)).text, repeat("[", 63) + "1" + repeat("]", 63));
    EXPECT_EQ(with("#{A[0]}", repeat("[", 65) + "1" + repeat("]", 65)).text, "#{A[0]}");
    EXPECT_EQ(with("#{A[0]}", "[" + repeat("1,", 2u << 20) + "]").text, "#{A[0]}");
    EvaluateOptions little;
    little.work = some_work;
    Values each_other; // each refers to all
    for (int i = 0; i < 30; ++i) {
        std::string text = "{";
        for (int k = 0; k < 30; ++k)
            text += "k" + std::to_string(k) + ": \"#{V" + std::to_string(k) + ".k" + std::to_string(i) + "}\",";
        each_other.add("V" + std::to_string(i), text + "}");
    }
    auto done = each_other.evaluate("#{V0.k1}", little);
    EXPECT_TRUE(done.refusal == Refusal::too_much || done.refusal == Refusal::recursion ||
                done.refusal == Refusal::too_long)
        << done.refused_because;
}

TEST(Hostile, texts_that_share_their_work_run_out_of_it_together) {
    Values values;
    values.add("A", std::string(1000, ','));
    SharedWork work{some_work};
    EvaluateOptions options;
    options.shared = &work;
    auto const text = "#{each x in A}#{each y in A}#{if Never}#{/if}#{/each}#{/each}";
    EXPECT_EQ(values.evaluate("#{each x in A}#{x}#{/each}", options).refusal, Refusal::none);
    auto const left = work.left;
    EXPECT_LT(left, some_work);
    EXPECT_EQ(values.evaluate("no token", options).refusal, Refusal::none);
    EXPECT_EQ(work.left, left) << "what is no template costs nothing";
    EXPECT_EQ(values.evaluate(text, options).refusal, Refusal::too_much);
    EXPECT_EQ(work.left, 0u);
    EXPECT_EQ(values.evaluate("#{A}", options).refusal, Refusal::too_much) << "however little it is";
    options.shared = nullptr;
    EXPECT_EQ(values.evaluate("#{A}", options).refusal, Refusal::none);
}

TEST(Hostile, errors_quote_no_sensitive_value) {
    for (auto text : {"#{P | VersionMajor}", "#{X | Match #{P}}", "#{X | Replace #{P} y}"})
        for (bool sensitive : {true, false}) {
            Dictionary dictionary({{"P", "hunter2)", false, sensitive}, {"X", "x"}});
            auto done = evaluate(text, dictionary);
            EXPECT_NE(done.refusal, Refusal::none) << text;
            EXPECT_EQ(done.refused_because.find("hunter2") == std::string::npos, sensitive) << done.refused_because;
            EXPECT_EQ(done.error_for_all().find("hunter2") == std::string::npos, sensitive) << done.error_for_all();
        }
}

TEST(Hostile, names_of_any_kind_bind_something_or_nothing) {
    Values values;
    values.add(repeat("a[", 50'000), "1");
    values.add(repeat("a.", 50'000) + "b", "2");
    values.add("a" + repeat("[x]", 50'000), "3");
    values.add(repeat("a[#{", 300), "4");
    EXPECT_EQ(values.evaluate("#{" + repeat("a.", 50'000) + "b}").refusal == Refusal::none, true);
    EXPECT_EQ(values.evaluate("#{zz}").text, "#{zz}");
}

TEST(Hostile, any_bytes_are_survived) {
    std::mt19937 random(7);
    std::string_view const pieces[] = {"#{",       "}",      "#",        "[",    "]",     "a",       "B",
                                       ".",        " ",      "|",        "/if}", "if ",   "each ",   " in ",
                                       "else}",    "\"",     "\\\"",     "==",   "calc ", "(",       ")",
                                       "+",        "\n",     "\xC3\xA4", "\xC3", "\xFF",  "elseif ", "unless ",
                                       "/unless}", "/each}", "*",        "-1",   "null",  "ToUpper", "Replace",
                                       "Format",   "{",      "Match",    ",",    ":",     "'",       "\xF0\x9F\x98\x80",
                                       "\0"};
    auto text = [&](std::size_t most) {
        std::string out;
        for (auto n = random() % most; n > 0; --n) out += pieces[random() % std::size(pieces)];
        return out;
    };
    for (int round = 0; round < 30'000; ++round) {
        Values values;
        values.add("a", text(12));
        values.add("B", text(12));
        values.add(text(6), text(8));
        EvaluateOptions options;
        options.carry_on = round % 2 == 0;
        auto given = text(40);
        auto done = values.evaluate(given, options);
        if (given.find("#{") == std::string::npos || done.refusal != Refusal::none) EXPECT_EQ(done.text, given);
        if (options.carry_on && done.problem.empty()) EXPECT_EQ(find_problem(given, true), "");
    }
}
