#include "domain/answers.h"
#include "domain/decimal.h"
#include "samples.h"
#include "variables/pattern.h"

#include <gtest/gtest.h>

using namespace stepwell;
using namespace stepwell::domain;

namespace {

Variable asking(std::string name, std::string const& settings, bool required = false, std::string usual = {}) {
    Variable made;
    made.id = "id-" + name;
    made.name = std::move(name);
    made.value.text = std::move(usual);
    made.prompt = schema::read_stored<VariablePrompt>(R"({"DisplaySettings":{)" + settings + "}}");
    made.prompt->required = required;
    return made;
}

std::vector<std::string> faults_of(std::vector<Variable> const& variables) {
    base::Problems problems;
    Reading reading{schema::Origin::client, problems};
    check_prompts(variables, reading, {});
    std::vector<std::string> texts;
    for (auto const& problem : problems) texts.push_back(base::to_text(problem));
    return texts;
}

std::vector<std::string> const& two_environments(AnswerKind kind) {
    static std::vector<std::string> const two{"Dev", "Prod"}, none;
    return kind == AnswerKind::environment ? two : none;
}

struct Checked {
    Answers answers;
    std::vector<std::string> problems;
};

Checked check(std::vector<Variable> variables, Bag<std::string> const& given) {
    auto content = samples::content_of({});
    content.variables = std::move(variables);
    AnswerSheet sheet(given, "FormValues", two_environments);
    Checked checked;
    checked.answers = sheet.check(prompts_of(content, {}), [](Prompt const& prompt) {
        return std::optional(Default{prompt.variable->value.text.value_or(""), prompt.variable->is_sensitive});
    });
    try {
        sheet.finish();
    } catch (base::Error const& error) {
        for (auto const& problem : error.problems()) checked.problems.push_back(base::to_text(problem));
    }
    return checked;
}

// Returns the problem of one answer to one prompt; empty if there is none.
std::string fault(std::string const& settings, std::string const& answer) {
    auto checked = check({asking("X", settings)}, {{{"X", answer}}});
    return base::join(checked.problems, "; ");
}

using Strings = std::vector<std::string>;

} // namespace

TEST(Prompts, are_refused_when_nobody_could_answer_them) {
    EXPECT_EQ(faults_of({asking("A", R"("Octopus.ControlType":"Dial")")}).size(), 1u);
    auto path = [](std::string const& settings) {
        auto all = faults_of({asking("A", settings)});
        return all.empty() ? std::string() : all[0].substr(0, all[0].find(": "));
    };
    std::string const at = "Variables[0].Prompt.DisplaySettings.";
    EXPECT_EQ(path(R"("Octopus.ControlType":"Select")"), at + "Octopus.SelectOptions");
    EXPECT_EQ(path(R"("Stepwell.Kind":"Colour")"), at + "Stepwell.Kind");
    EXPECT_EQ(path(R"("Stepwell.Minimum":"1")"), at + "Stepwell.Minimum");
    EXPECT_EQ(path(R"("Stepwell.Kind":"Number","Stepwell.Maximum":"1e3")"), at + "Stepwell.Maximum");
    EXPECT_EQ(path(R"("Stepwell.Kind":"Number","Stepwell.Minimum":"10","Stepwell.Maximum":"9")"),
              at + "Stepwell.Minimum");
    EXPECT_EQ(path(R"("Stepwell.Kind":"Date","Stepwell.Minimum":"2026-02-30")"), at + "Stepwell.Minimum");
    EXPECT_EQ(path(R"("Stepwell.Pattern":"a(b")"), at + "Stepwell.Pattern");
    EXPECT_EQ(path(R"("Stepwell.Pattern":"a)|(?:b")"), at + "Stepwell.Pattern") << "whole only between brackets";
    EXPECT_EQ(path(R"("Stepwell.PatternMessage":"no")"), at + "Stepwell.PatternMessage");
    EXPECT_EQ(path(R"("Stepwell.Order":"first")"), at + "Stepwell.Order");
    EXPECT_EQ(path(R"("Stepwell.Colour":"red")"), at + "Stepwell.Colour");
    EXPECT_EQ(path(R"("Octopus.ControlType":"Select","Stepwell.DependsOn":"A","Stepwell.OptionsWhen[x]":"y")"),
              at + "Stepwell.DependsOn");
    EXPECT_EQ(path(R"("Octopus.ControlType":"Select","Stepwell.DependsOn":"B","Stepwell.OptionsWhen[x]":"y")"),
              at + "Stepwell.DependsOn");
    EXPECT_EQ(path(R"("Octopus.ControlType":"Select","Octopus.SelectOptions":"a|A\nb","Other":"kept")"), "");
    EXPECT_EQ(path(R"("Octopus.ControlType":"Select","Stepwell.Kind":"Environment")"), "");
}

TEST(Prompts, depend_on_an_answer_that_can_be_given) {
    auto region = asking("Region", R"("Octopus.ControlType":"Select","Octopus.SelectOptions":"eu\nus")");
    auto zone = [](std::string const& when) {
        return asking("Zone", R"("Octopus.ControlType":"Select","Stepwell.DependsOn":"region","Stepwell.OptionsWhen[)" +
                                  when + R"(]":"a|A")");
    };
    EXPECT_EQ(faults_of({region, zone("eu")}), Strings());
    EXPECT_EQ(
        faults_of({region, zone("asia")}),
        Strings({"Variables[1].Prompt.DisplaySettings.Stepwell.OptionsWhen[asia]: 'region' has no option 'asia'"}));
}

TEST(Answers, are_one_of_the_options) {
    std::string const select = R"("Octopus.ControlType":"Select","Octopus.SelectOptions":"a|First\r\nb")";
    EXPECT_EQ(fault(select, "a"), "");
    EXPECT_EQ(fault(select, "First"), "FormValues.X: 'First' is not one of the options: a, b");
    EXPECT_EQ(fault(select, "A"), "FormValues.X: 'A' is not one of the options: a, b");
    EXPECT_EQ(fault(R"("Octopus.ControlType":"Checkbox")", "true"), "");
    EXPECT_EQ(fault(R"("Octopus.ControlType":"Checkbox")", "yes"), "FormValues.X: 'yes' is neither True nor False");
    EXPECT_EQ(fault(R"("Stepwell.Kind":"Environment")", "prod"), "");
    EXPECT_EQ(fault(R"("Stepwell.Kind":"Environment")", "Test"),
              "FormValues.X: 'Test' is not a valid environment: Dev, Prod");
    EXPECT_EQ(fault(R"("Stepwell.Kind":"Account")", "x"), "FormValues.X: 'x' is not a valid account: none");
}

TEST(Answers, keep_to_limits_without_loss) {
    std::string const number =
        R"("Stepwell.Kind":"Number","Stepwell.Minimum":"-0.5","Stepwell.Maximum":"9007199254740992")";
    for (auto good : {"0", "-0.5", "-0.50", "0.0001", "9007199254740992", "9007199254740992.0", "007"})
        EXPECT_EQ(fault(number, good), "") << good;
    EXPECT_EQ(fault(number, "9007199254740993"), "FormValues.X: '9007199254740993' is greater than 9007199254740992");
    EXPECT_EQ(fault(number, "-0.51"), "FormValues.X: '-0.51' is less than -0.5");
    for (auto bad : {"1e3", "+1", "1,5", ".5", "5.", "0x1", "1 "})
        EXPECT_EQ(fault(number, bad), "FormValues.X: '" + std::string(bad) + "' is not a number");
    std::string const day = R"("Stepwell.Kind":"Date","Stepwell.Minimum":"2026-01-01")";
    EXPECT_EQ(fault(day, "2028-02-29"), "");
    EXPECT_NE(fault(day, "2027-02-29"), "");
    EXPECT_EQ(fault(day, "2025-12-31"), "FormValues.X: '2025-12-31' is less than 2026-01-01");
}

TEST(Answers, match_a_pattern_as_a_whole_or_say_its_message) {
    EXPECT_EQ(fault(R"("Stepwell.Pattern":"CHG\\d+")", "CHG12"), "");
    EXPECT_EQ(fault(R"("Stepwell.Pattern":"CHG\\d+")", "xCHG12"),
              "FormValues.X: 'xCHG12' does not match the pattern CHG\\d+");
    EXPECT_NE(fault(R"("Stepwell.Pattern":"CHG\\d+")", "CHG12\n"), "");
    EXPECT_NE(fault(R"("Stepwell.Pattern":"a|b")", "ab"), "");
    EXPECT_EQ(fault(R"("Stepwell.Pattern":"CHG\\d+","Stepwell.PatternMessage":"A change, such as CHG7")", "x"),
              "FormValues.X: A change, such as CHG7");
    EXPECT_EQ(variables::fits_pattern(std::string(5000, 'a') + "!", "(a+)+b"), variables::Fits::unknown);
    EXPECT_NE(fault(R"("Stepwell.Pattern":"(a+)+b")", std::string(5000, 'a')).find("too many steps"),
              std::string::npos);
}

TEST(Answers, of_required_prompts_are_there_or_have_a_default) {
    EXPECT_EQ(check({asking("X", "", true)}, {}).problems, Strings({"FormValues.X: is required"}));
    EXPECT_EQ(check({asking("X", "", true)}, {{{"X", " \t"}}}).problems, Strings({"FormValues.X: is required"}));
    auto usual = check({asking("X", "", true, "db")}, {{{"X", " "}}});
    EXPECT_EQ(usual.problems, Strings());
    EXPECT_TRUE(usual.answers.plain.items.empty()) << "the default counts";
    auto emptied = check({asking("X", "", false, "db")}, {{{"X", ""}}});
    EXPECT_EQ(emptied.answers.plain.items.size(), 1u);
}

TEST(Answers, that_are_defaults_keep_to_the_same_rules) {
    std::string const number = R"("Stepwell.Kind":"Number","Stepwell.Minimum":"-0.10")";
    EXPECT_EQ(check({asking("X", number, false, "-0.10")}, {}).problems, Strings());
    EXPECT_EQ(check({asking("X", number, false, "-0.20")}, {}).problems,
              Strings({"FormValues.X: its default is not a valid answer: '-0.20' is less than -0.10"}))
        << "in the words of their authors";
    EXPECT_EQ(check({asking("X", number, false, "-0.20")}, {{{"X", "1"}}}).problems, Strings()) << "it is not used";
    EXPECT_EQ(check({asking("X", R"("Octopus.ControlType":"Checkbox")", true, "yes")}, {{{"X", ""}}}).problems,
              Strings({"FormValues.X: its default is not a valid answer: 'yes' is neither True nor False"}));
    std::vector<Variable> const both{
        asking("Region", R"("Octopus.ControlType":"Select","Octopus.SelectOptions":"eu\nus")", false, "us"),
        asking("Zone",
               R"("Octopus.ControlType":"Select","Stepwell.DependsOn":"Region","Stepwell.OptionsWhen[eu]":"e1",)"
               R"("Stepwell.OptionsWhen[us]":"u1")",
               false, "e1")};
    EXPECT_EQ(check(both, {}).problems,
              Strings({"FormValues.Zone: its default is not a valid answer: 'e1' is not one of the options: u1"}));
    EXPECT_EQ(check(both, {{{"Region", "eu"}}}).problems, Strings());
}

TEST(Answers, go_by_id_or_name_and_nobody_answers_twice_or_what_is_not_asked) {
    auto checked = check({asking("Host", "")}, {{{"HOST", "a"}}});
    EXPECT_EQ(checked.answers.plain.items, (std::vector<std::pair<std::string, std::string>>{{"id-Host", "a"}}));
    EXPECT_EQ(check({asking("Host", "")}, {{{"id-host", "a"}}}).answers.plain.items.size(), 1u);
    EXPECT_EQ(check({asking("Host", "")}, {{{"Host", "a"}, {"id-Host", "b"}}}).problems,
              Strings({"FormValues.id-Host: is answered by 'Host' already"}));
    EXPECT_EQ(check({asking("Host", "")}, {{{"Hots", "a"}}}).problems,
              Strings({"FormValues.Hots: is not a prompt of this run; prompts: Host"}));
}

TEST(Answers, have_options_that_follow_from_another_answer) {
    std::vector<Variable> const both{
        asking("Region", R"("Octopus.ControlType":"Select","Octopus.SelectOptions":"eu\nus")", false, "us"),
        asking("Zone",
               R"("Octopus.ControlType":"Select","Octopus.SelectOptions":"e1\nu1","Stepwell.DependsOn":"Region",)"
               R"("Stepwell.OptionsWhen[eu]":"e1","Stepwell.OptionsWhen[us]":"u1")")};
    EXPECT_EQ(check(both, {{{"Region", "eu"}, {"Zone", "e1"}}}).problems, Strings());
    EXPECT_EQ(check(both, {{{"Zone", "u1"}}}).problems, Strings()) << "by the default of the other";
    EXPECT_EQ(check(both, {{{"Region", "eu"}, {"Zone", "u1"}}}).problems,
              Strings({"FormValues.Zone: 'u1' is not one of the options: e1"}));
}

TEST(Answers, that_are_sensitive_are_in_no_problem) {
    auto secret = asking("Pin", R"("Stepwell.Pattern":"\\d+")");
    secret.is_sensitive = true;
    secret.value = {};
    EXPECT_EQ(check({secret}, {{{"Pin", "hunter2"}}}).problems,
              Strings({"FormValues.Pin: the answer does not match the pattern \\d+"}));
    auto good = check({secret}, {{{"Pin", "1234"}}});
    EXPECT_TRUE(good.answers.plain.items.empty());
    EXPECT_EQ(good.answers.sensitive.items[0].second, "1234");
}

TEST(Prompts, come_by_order_then_label) {
    auto content = samples::content_of({});
    content.variables = {asking("c", R"("Stepwell.Order":2)"), asking("b", ""), asking("a", ""),
                         asking("d", R"("Stepwell.Order":"-1")")};
    std::string names;
    for (auto const& prompt : prompts_of(content, {})) names += prompt.variable->name;
    EXPECT_EQ(names, "dcab");
}
