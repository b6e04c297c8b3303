#include "domain/lint_variables.h"
#include "samples.h"

#include <gtest/gtest.h>

using namespace stepwell::domain;

namespace {

Variable variable(std::string name, std::string text, std::string type) {
    Variable made;
    made.id = made.name = std::move(name);
    made.value.text = std::move(text);
    made.type = std::move(type);
    return made;
}

Referred one_account() {
    ReferredDocument document;
    document.noun = "Account";
    document.id = "Accounts-1";
    document.kind = "UsernamePassword";
    return {{"Accounts-1", document}};
}

std::vector<std::string> const& two_environments(AnswerKind kind) {
    static std::vector<std::string> const two{"Dev", "Prod"}, none;
    return kind == AnswerKind::environment ? two : none;
}

std::vector<std::string> messages_of(std::vector<Lint> const& lints) {
    std::vector<std::string> messages;
    for (auto const& lint : lints) messages.push_back(lint.message);
    return messages;
}

} // namespace

TEST(VariableLints, name_a_tag_that_holds_nothing_back) {
    auto lints_of = [](std::string text, bool is_sensitive) {
        auto content = samples::content_of({});
        content.variables = {variable("octopus.task.concurrencytag", std::move(text), "String")};
        content.variables[0].is_sensitive = is_sensitive;
        return messages_of(lint_variables(content, {}, [](auto) { return "long enough"; }, two_environments));
    };
    EXPECT_TRUE(lints_of("db-#{Octopus.Environment.Name}", false).empty());
    ASSERT_EQ(lints_of(" ", false).size(), 1u);
    EXPECT_NE(lints_of("", false)[0].find("has no effect because it is blank"), std::string::npos);
    ASSERT_EQ(lints_of("", true).size(), 1u);
    EXPECT_NE(lints_of("", true)[0].find("sensitive"), std::string::npos);
}

TEST(VariableLints, name_scopes_and_properties_without_effect) {
    auto content = samples::content_of({});
    content.variables = {variable("octopus.action.autoretry.maximumcount", "3", "String"),
                         variable("Octopus.Action.EnabledFeatures", "", "String"), variable("Host", "a", "String")};
    content.variables[2].scope.items = {{"Environment", {"Environments-1"}}, {"role", {"web"}}, {"TenantTag", {"R/EU"}}};
    auto const lints = lint_variables(content, {}, hide, two_environments);
    ASSERT_EQ(lints.size(), 3u);
    EXPECT_EQ(lints[0].path, "Variables[0].Name");
    EXPECT_NE(lints[0].message.find("has no effect: retries are not supported yet"), std::string::npos);
    EXPECT_EQ(lints[1].path, "Variables[2].Scope.role");
    EXPECT_EQ(lints[1].message, "'Host' does not apply: targets are not supported yet");
    EXPECT_EQ(lints[2].path, "Variables[2].Scope.TenantTag");
}

TEST(VariableLints, find_nothing_to_say_of_what_is_right) {
    auto content = samples::content_of({});
    content.variables = {variable("Login", "Accounts-1", "usernamepasswordaccount"), variable("Text", "x", "String"),
                         variable("Empty", "", "AzureAccount"), variable("Odd", "x", "SomethingElse")};
    EXPECT_TRUE(lint_variables(content, one_account(), hide, two_environments).empty());
}

TEST(VariableLints, say_where_in_which_set) {
    auto content = samples::content_of({});
    content.variables = {variable("A", "x", "String"), variable("B", "Accounts-2", "AzureAccount")};
    content.library_sets.push_back(
        {"L", "Mail", LibraryContent::variables, "variableset-L", 1, {variable("C", "Accounts-3", "AzureAccount")}});
    auto lints = lint_variables(content, {}, hide, two_environments);
    ASSERT_EQ(lints.size(), 2u);
    EXPECT_EQ(lints[0].path, "Variables[1].Value");
    EXPECT_EQ(lints[1].path, "variableset-L.Variables[0].Value");
}

TEST(VariableLints, tell_secrets_too_short_without_telling_them) {
    auto content = samples::content_of({});
    auto pin = variable("Pin", "", "Sensitive");
    pin.is_sensitive = true;
    content.variables = {pin};
    content.secrets = {{content.variable_set_id, "Variables[Pin].Value", 7}};
    auto lints_of = [&](std::string const& secret) {
        return lint_variables(content, {}, [&](std::int64_t) { return secret; }, two_environments);
    };
    ASSERT_EQ(lints_of("ab\nc").size(), 1u) << "line ends are no help";
    EXPECT_EQ(lints_of("ab\nc")[0].message.find("ab"), std::string::npos);
    EXPECT_TRUE(lints_of("ab\ncd").empty());
    content.secrets.clear();
    EXPECT_TRUE(lints_of("").empty()) << "never set";
}

TEST(VariableLints, tell_defaults_that_are_no_answers) {
    auto asking = [](std::string name, std::string usual, std::string const& settings) {
        auto made = variable(std::move(name), std::move(usual), "String");
        made.prompt = stepwell::schema::read_stored<VariablePrompt>(R"({"DisplaySettings":{)" + settings + "}}");
        return made;
    };
    std::string const select = R"("Octopus.ControlType":"Select","Octopus.SelectOptions":"a|A\nb",)",
                      when = R"("Stepwell.DependsOn":"X","Stepwell.OptionsWhen[x]":"c")";
    auto content = samples::content_of({});
    content.variables = {asking("Size", "-0.20", R"("Stepwell.Kind":"Number","Stepwell.Minimum":"-0.10")"),
                         asking("Day", "soon", R"("Stepwell.Kind":"Date")"),
                         asking("Mode", "A", select + when),
                         asking("Change", "x", R"("Stepwell.Pattern":"CHG\\d+")"),
                         asking("Tick", "yes", R"("Octopus.ControlType":"Checkbox")"),
                         asking("Where", "Moon", R"("Stepwell.Kind":"Environment")")};
    std::vector<std::string> const expected{
        "the prompt 'Size': its default is not a valid answer: '-0.20' is less than -0.10",
        "the prompt 'Day': its default is not a valid answer: 'soon' is not a date such as 2026-12-31",
        "the prompt 'Mode': its default is not a valid answer: 'A' is not one of the options: a, b, c",
        "the prompt 'Change': its default is not a valid answer: 'x' does not match the pattern CHG\\d+",
        "the prompt 'Tick': its default is not a valid answer: 'yes' is neither True nor False",
        "the prompt 'Where': its default is not a valid answer: 'Moon' is not a valid environment: Dev, Prod"};
    EXPECT_EQ(messages_of(lint_variables(content, {}, hide, two_environments)), expected);
    content.variables = {asking("Size", "#{Other}", R"("Stepwell.Kind":"Number")"), asking("Mode", "c", select + when),
                         asking("None", " ", R"("Stepwell.Kind":"Date")")};
    EXPECT_TRUE(lint_variables(content, {}, hide, two_environments).empty()) << "known later, or none";
    content.variables = {asking("Pin", "", R"("Stepwell.Pattern":"\\d+")")};
    content.variables[0].is_sensitive = true;
    content.secrets = {{content.variable_set_id, "Variables[Pin].Value", 7}};
    auto lints = lint_variables(content, {}, [](std::int64_t) { return std::string("hunter2"); }, two_environments);
    EXPECT_EQ(
        messages_of(lints),
        (std::vector<std::string>{"the prompt 'Pin': its default is not a valid answer: the answer does not match the "
                                  "pattern \\d+"}));
}
