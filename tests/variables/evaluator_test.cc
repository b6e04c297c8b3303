// Many values of one dictionary: each is evaluated once. The tests count work, not time.
#include "variables/evaluate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

using namespace stepwell::variables;

namespace {

struct Values {
    std::vector<std::pair<std::string, std::string>> pairs;
    std::vector<std::string> sensitive;

    void add(std::string name, std::string text) { pairs.emplace_back(std::move(name), std::move(text)); }
    Dictionary dictionary() const {
        std::vector<Variable> all;
        for (auto const& [name, text] : pairs)
            all.push_back({.name = name,
                           .text = text,
                           .sensitive = std::ranges::find(sensitive, name) != sensitive.end()});
        return Dictionary(std::move(all));
    }
};

std::string name_of(std::size_t i) { return "V" + std::to_string(i); }
std::string token_of(std::size_t i) { return "#{" + name_of(i) + "}"; }

constexpr SharedWork plenty{std::size_t(1) << 40, std::size_t(1) << 40};

// Returns the work for all values, in the order of the dictionary.
std::size_t work_of(Values const& values, std::size_t limit = plenty.left) {
    auto const dictionary = values.dictionary();
    SharedWork work{limit};
    Evaluator evaluator(dictionary, work);
    for (auto const& variable : dictionary.all()) evaluator.brief(variable);
    return limit - work.left;
}

enum class Order { down, up, mixed };

// V0 → V1 → … → the last value, whose text is `end`.
Values chain(std::size_t count, Order order, std::string const& end = "", std::string const& before = "") {
    Values values;
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), 0u);
    if (order == Order::up) std::ranges::reverse(all);
    if (order == Order::mixed) std::shuffle(all.begin(), all.end(), std::mt19937(3));
    for (auto i : all) values.add(name_of(i), i + 1 == count ? end : before + token_of(i + 1));
    return values;
}

// Twice as many values need at most 2.7 times the work. The first few hundred are cheaper, because they are nested
// less.
void expect_linear(std::function<Values(std::size_t)> const& make, std::string const& what) {
    auto const small = work_of(make(2000)), large = work_of(make(4000));
    EXPECT_GT(small, 0u) << what;
    EXPECT_LT(large, small * 27 / 10) << what;
}

std::string facts_of(Evaluated const& done) {
    std::string text = done.text + "|" + std::to_string(done.sensitive) + std::to_string(done.is_null) + "|" +
                       std::string(to_word(done.refusal)) + "|" + done.error();
    for (auto variable : done.read) text += " r:" + std::string(variable->name);
    for (auto const& name : done.unknown) text += " u:" + name;
    for (auto const& token : done.missing) text += " m:" + token;
    return text;
}

} // namespace

TEST(Evaluator, evaluates_each_value_once) {
    for (auto order : {Order::down, Order::up, Order::mixed}) {
        auto const what = "order " + std::to_string(int(order));
        expect_linear([&](std::size_t n) { return chain(n, order); }, what);
        expect_linear([&](std::size_t n) { return chain(n, order, token_of(0)); }, what + ", a circle");
        expect_linear([&](std::size_t n) { return chain(n, order, "#{Gone}"); }, what + ", missing");
    }
}

TEST(Evaluator, evaluates_each_value_once_however_they_refer_to_each_other) {
    expect_linear(
        [&](std::size_t n) { // circles, each within nested values
            Values values;
            for (std::size_t i = 0; i < n; ++i) values.add(name_of(i), token_of(i % 400 == 399 ? i - 399 : i + 1));
            return values;
        },
        "circles");
    expect_linear(
        [&](std::size_t n) { // chains that are slightly too deep
            Values values;
            for (std::size_t i = 0; i < n; ++i) values.add(name_of(i), i % 700 == 699 ? "x" : token_of(i + 1));
            return values;
        },
        "deep chains");
    expect_linear(
        [&](std::size_t n) { // all refer to one expensive value
            Values values;
            values.add("List", std::string(1000, ','));
            values.add("Slow", "#{each x in List}#{if x}y#{/if}#{/each}");
            for (std::size_t i = 0; i < n; ++i)
                values.add(name_of(i), "#{if Slow}#{/if}" + token_of(i ? i - 1 : 0));
            return values;
        },
        "one that all need");
    expect_linear(
        [&](std::size_t n) { // through JSON
            Values values;
            for (std::size_t i = 0; i < n; ++i)
                values.add(name_of(i), i + 1 == n ? "{\"a\":\"x\"}" : "{\"a\":\"#{" + name_of(i + 1) + ".a}\"}");
            return values;
        },
        "JSON");
}

TEST(Evaluator, gives_up_at_one_limit_of_all_values) {
    auto const values = chain(30'000, Order::down);
    auto const dictionary = values.dictionary();
    SharedWork work{3'000'000};
    Evaluator evaluator(dictionary, work);
    std::size_t refused = 0;
    for (auto const& variable : dictionary.all())
        refused += evaluator.brief(variable).refusal == Refusal::too_much;
    EXPECT_EQ(work.left, 0u);
    EXPECT_GT(refused, 25'000u) << "however little each of them is";
}

TEST(Evaluator, gives_up_at_one_limit_of_bytes_of_all_values) {
    auto large = [](std::size_t count) {
        Values values;
        values.add("W", std::string(60'000, 'x'));
        for (std::size_t i = 0; i < count; ++i) values.add(name_of(i), "#{W}y");
        return values;
    };
    for (std::size_t count : {500u, 800u}) {
        auto const values = large(count);
        auto const dictionary = values.dictionary();
        SharedWork work;
        Evaluator evaluator(dictionary, work);
        std::size_t bytes = 0, refused = 0;
        for (auto const& variable : dictionary.all()) {
            auto const done = evaluator.brief(variable);
            if (done.refusal == Refusal::too_large)
                ++refused;
            else
                bytes += done.text.size();
        }
        EXPECT_LE(bytes, max_evaluation_bytes + 60'000);
        EXPECT_EQ(refused > 0, count > 559) << count << ": " << refused;
        EXPECT_EQ(work.bytes_left == 0, count > 559);
        auto const next = evaluator.brief("#{W}");
        EXPECT_EQ(next.refusal, count > 559 ? Refusal::too_large : Refusal::none) << "however little it is";
    }
}

TEST(Evaluator, counts_what_is_kept_for_each_value_and_of_json) {
    auto taken = [](Values const& values) {
        auto const dictionary = values.dictionary();
        SharedWork work = plenty;
        Evaluator evaluator(dictionary, work);
        for (auto const& variable : dictionary.all()) evaluator.brief(variable);
        return plenty.bytes_left - work.bytes_left;
    };
    EXPECT_GT(taken(chain(1000, Order::up)), 100'000u) << "of empty values";
    EXPECT_EQ(taken(chain(1, Order::up, "plain")), 0u) << "what is no template is not copied";
    Values json;
    json.add("J", "[" + std::string(100'000, ',') + "]");
    EXPECT_EQ(taken(json), 0u) << "no value refers to it";
    json.add("K", "#{J[0]}");
    EXPECT_GT(taken(json), 2'000'000u) << "its items take more than their text";
}

TEST(Evaluator, gives_what_an_evaluation_alone_gives) {
    for (auto order : {Order::down, Order::up, Order::mixed}) {
        auto const values = chain(700, order, "end", "<");
        auto const dictionary = values.dictionary();
        SharedWork work = plenty;
        Evaluator evaluator(dictionary, work);
        for (auto const& variable : dictionary.all()) {
            auto const alone = evaluate_variable(variable, dictionary);
            auto const together = evaluator.brief(variable);
            ASSERT_EQ(together.text, alone.text) << variable.name;
            ASSERT_EQ(together.refusal, alone.refusal) << variable.name;
        }
    }
}

// Random texts that refer to each other in all ways.
TEST(Evaluator, gives_the_same_in_any_order_for_any_values) {
    std::mt19937 random(11);
    std::string_view const pieces[] = {"#{A}", "#{B}", "#{C}", "#{D}", "#{S}", "#{Gone}", "#{A.x}", "#{B[0]}", "#{J.k}",
                                       "#{J[A]}", "#{each i in L}#{i}#{A}#{/each}", "#{if B}b#{else}#{C}#{/if}",
                                       "#{each i in J}#{i.Key}#{i.Value}#{/each}", "x", ",", "#{A | ToUpper}",
                                       "#{D | FromBase64}", "#{B | null}", "#{unless Gone}g#{/unless}", "##{A}", "#{",
                                       "{\"x\":\"#{B}\"}", "[\"#{C}\",1]", "#{L[#{A}]}", "#{A | VersionMajor}"};
    auto text = [&] {
        std::string out;
        for (auto n = random() % 4; n > 0; --n) out += pieces[random() % std::size(pieces)];
        return out;
    };
    for (int round = 0; round < 1500; ++round) {
        Values values;
        for (auto name : {"A", "B", "C", "D"}) values.add(name, text());
        values.add("S", "secret" + text());
        values.add("L", "1,#{C},3");
        values.add("J", "{\"k\":\"#{D}\",\"A\":{\"x\":\"#{A}\"}}");
        values.sensitive = {"S"};
        auto const dictionary = values.dictionary();
        SharedWork work = plenty;
        Evaluator evaluator(dictionary, work);
        std::vector<std::size_t> order(dictionary.all().size());
        std::iota(order.begin(), order.end(), 0u);
        std::shuffle(order.begin(), order.end(), random);
        for (auto i : order) {
            auto const& variable = dictionary.all()[i];
            auto const alone = evaluate_variable(variable, dictionary);
            auto const together = evaluator.brief(variable);
            ASSERT_EQ(together.text, alone.text) << round << " " << variable.name << " = " << variable.text;
            ASSERT_EQ(together.complete(), alone.complete()) << round << " " << variable.name;
            ASSERT_EQ(together.is_null, alone.is_null) << round << " " << variable.name;
            if (alone.refusal == Refusal::none)
                ASSERT_EQ(together.sensitive, alone.sensitive) << round << " " << variable.name;
            auto const given = text();
            ASSERT_EQ(facts_of(evaluator.text(given)), facts_of(evaluate(given, dictionary))) << round << " " << given;
        }
    }
}
