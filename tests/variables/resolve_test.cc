#include "variables/evaluate.h"
#include "variables/resolve.h"

#include <gtest/gtest.h>

using namespace stepwell::variables;

namespace {

Candidate value(std::string name, std::string text, Scope scope = {}, Precedence precedence = Precedence::defined) {
    Candidate made;
    made.name = std::move(name);
    made.text = std::move(text);
    made.scope = std::move(scope);
    made.precedence = precedence;
    return made;
}

Context in_test() {
    Context context;
    return context.hold("Environment", "test").hold("ProcessOwner", "Runbooks-1").hold("Action", "a1");
}

Scope const test{{"Environment", {"test"}}}, production{{"Environment", {"production"}}}, step{{"Action", {"a1"}}},
    runbook{{"ProcessOwner", {"Runbooks-1"}}};

std::string winner(std::vector<Candidate> candidates) {
    auto found = resolve(std::move(candidates), in_test());
    return found.find("x") ? found.find("x")->text : "nothing";
}

} // namespace

TEST(Resolution, prefers_the_more_specific_value_in_any_order) {
    std::vector<Candidate> all{value("X", "anywhere"), value("X", "runbook", runbook), value("X", "test", test),
                               value("X", "step", step), value("X", "production", production)};
    std::ranges::sort(all, {}, &Candidate::text);
    do {
        auto left = all;
        for (auto expected : {"step", "test", "runbook", "anywhere", "nothing"}) {
            EXPECT_EQ(winner(left), expected);
            std::erase_if(left, [&](auto const& candidate) { return candidate.text == expected; });
        }
    } while (std::ranges::next_permutation(all, {}, &Candidate::text).found);
}

TEST(Resolution, takes_the_first_of_equals) {
    EXPECT_EQ(winner({value("X", "1", test), value("X", "2", test)}), "1");
    EXPECT_EQ(winner({value("X", "2", test), value("X", "1", test)}), "2");
    EXPECT_EQ(winner({value("X", "1"), value("x", "2")}), "1");
}

TEST(Resolution, puts_standing_above_scope) {
    EXPECT_EQ(winner({value("X", "step", step), value("X", "answer", {}, Precedence::answered)}), "answer");
    EXPECT_EQ(
        winner({value("X", "answer", step, Precedence::answered), value("X", "property", {}, Precedence::property)}),
        "property");
    EXPECT_EQ(
        winner({value("X", "property", step, Precedence::property), value("X", "server", {}, Precedence::system)}),
        "server");
    EXPECT_EQ(winner({value("X", "plain"), value("X", "answer", production, Precedence::answered)}), "plain");
}

TEST(Resolution, keeps_names_apart_and_compares_them_without_case) {
    auto found = resolve({value("b", "1"), value("A.b", "2"), value("B", "3", test), value("a", "4")}, in_test());
    EXPECT_EQ(found.find("B")->text, "3");
    EXPECT_EQ(found.find("a.B")->text, "2");
    EXPECT_EQ(found.find("A")->text, "4");
    EXPECT_EQ(found.find("c"), nullptr);
    EXPECT_EQ(found.find(""), nullptr);
    std::vector<std::string> names;
    for (auto candidate : found.winners()) names.push_back(candidate->name);
    EXPECT_EQ(names, (std::vector<std::string>{"a", "A.b", "B"}));
}

TEST(Resolution, compares_names_by_the_rule_of_templates) {
    auto const decomposed = "MASSGRO\xcc\x88SSE";
    auto found = resolve({value("Maßgröße", "other"), value("Massgrösse", "anywhere"), value(decomposed, "test", test)},
                         in_test());
    EXPECT_EQ(found.find("massGRÖSSE")->text, "test");
    EXPECT_EQ(found.dictionary().find("massgrösse")->text, "test");
    EXPECT_EQ(found.winners().size(), 2u);
}

TEST(Resolution, says_why_each_value_lost) {
    auto found = resolve({value("X", "production", production), value("X", "anywhere"), value("X", "step", step),
                          value("X", "same", step), value("Y", "y")},
                         in_test());
    auto why = found.explain("x");
    ASSERT_EQ(why.size(), 4u);
    EXPECT_TRUE(why[0].wins);
    EXPECT_EQ(why[0].candidate->text, "step");
    EXPECT_EQ(why[0].reason,
              "scoped to Action a1; another value is equally specific, but this one is first in the list");
    EXPECT_EQ(why[1].reason, "scoped to Environment production, which does not match");
    EXPECT_EQ(why[2].reason, "the value scoped to Action a1 is more specific");
    EXPECT_EQ(why[3].reason, "another value is equally specific and is first in the list");
    EXPECT_FALSE(why[3].wins);
    EXPECT_TRUE(found.explain("Z").empty());
}

TEST(Resolution, prefers_higher_rank_among_equals_and_reports_what_is_left) {
    auto ranked = [](std::string text, int rank, Scope scope = {}) {
        auto made = value("X", std::move(text), std::move(scope));
        made.source = rank == 1 ? "project variables" : "library set 'Shared'";
        made.rank = rank;
        return made;
    };
    auto found = resolve({ranked("library", 0), ranked("project", 1)}, in_test());
    EXPECT_EQ(found.find("x")->text, "project");
    EXPECT_FALSE(found.is_tie("x"));
    EXPECT_EQ(found.explain("x")[1].reason, "the value of project variables is equally specific and takes precedence");
    EXPECT_EQ(winner({ranked("library", 0, test), ranked("project", 1)}), "library") << "scope counts more";
    EXPECT_TRUE(resolve({ranked("1", 1), ranked("2", 1)}, in_test()).is_tie("X"));
    EXPECT_FALSE(resolve({ranked("1", 1), ranked("2", 1, production)}, in_test()).is_tie("X"));
    EXPECT_FALSE(resolve({}, in_test()).is_tie("X"));
}

TEST(Resolution, knows_a_tag_that_the_step_targets_from_one_that_the_machine_only_has) {
    auto context = in_test();
    context.hold("Role", "web").hold("Role", "linux").hold("TargetRole", "web");
    auto found = resolve({value("X", "linux", {{"Role", {"linux"}}}), value("X", "web", {{"Role", {"WEB"}}}),
                          value("Y", "both", {{"Role", {"linux"}}, {"Environment", {"test"}}}),
                          value("Y", "web", {{"Role", {"web"}}})},
                         context);
    EXPECT_EQ(found.find("X")->text, "web");
    EXPECT_EQ(found.find("Y")->text, "web");
}

TEST(Resolution, speaks_of_names_when_it_is_told_them) {
    auto found = resolve({value("X", "production", production), value("X", "step", step)}, in_test());
    auto why = found.explain("X", [](std::string const& id) { return "<" + id + ">"; });
    EXPECT_EQ(why[0].reason, "scoped to Action <a1>");
    EXPECT_EQ(why[1].reason, "scoped to Environment <production>, which does not match");
}

TEST(Resolution, says_why_nothing_wins) {
    auto found = resolve({value("X", "production", production)}, in_test());
    EXPECT_EQ(found.find("X"), nullptr);
    auto why = found.explain("X");
    ASSERT_EQ(why.size(), 1u);
    EXPECT_FALSE(why[0].wins);
}

TEST(Resolution, says_that_an_answer_or_the_server_won) {
    auto answered = resolve({value("X", "1"), value("X", "2", {}, Precedence::answered)}, in_test());
    EXPECT_EQ(answered.explain("X")[1].reason, "the answer to the prompt takes precedence");
    auto system = resolve({value("X", "1"), value("X", "2", {}, Precedence::system)}, in_test());
    EXPECT_EQ(system.explain("X")[1].reason, "the server's own value takes precedence");
}

TEST(Resolution, expands_authors_values_and_no_others) {
    for (auto precedence : {Precedence::defined, Precedence::answered, Precedence::property, Precedence::system}) {
        auto found = resolve({value("A", "<#{B}>", {}, precedence), value("B", "b")}, in_test());
        auto author = precedence == Precedence::defined || precedence == Precedence::property;
        EXPECT_EQ(evaluate("#{A}", found.dictionary()).text, author ? "<b>" : "<#{B}>");
    }
}

TEST(Resolution, tells_whether_words_of_whoever_starts_the_run_went_into_a_text) {
    auto said = value("Octopus.Comments", "why", {}, Precedence::system);
    said.input = true;
    auto found = resolve({value("Plain", "p"), value("Ask[a]", "x", {}, Precedence::answered), said,
                          value("Through", "#{Ask[*]}"), value("Json", "{\"a\":\"##{Octopus.Comments}\"}")},
                         in_test());
    auto input = [&](std::string_view text) {
        auto evaluated = evaluate(text, found.dictionary());
        return evaluated.input() ? std::string(evaluated.input()->name) : "";
    };
    EXPECT_EQ(input("a #{Plain} of #{Nobody}"), "");
    EXPECT_EQ(input("#{Ask[*]}"), "Ask[a]");
    EXPECT_EQ(input("#{each x in Ask}#{x}#{/each}"), "Ask[a]");
    EXPECT_EQ(input("#{Through | ToUpper}"), "Ask[a]");
    EXPECT_EQ(input("#{Json.a}"), "Octopus.Comments");
    EXPECT_EQ(input("#{if Ask[a] == \"x\"}y#{/if}"), "Ask[a]");
}
