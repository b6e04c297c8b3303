#include "domain/lint_inputs.h"
#include "samples.h"

#include <gtest/gtest.h>

using namespace stepwell::domain;

namespace {

Variable variable(std::string name, std::string text, bool prompted = false) {
    Variable made;
    made.id = made.name = std::move(name);
    made.value.text = std::move(text);
    if (prompted) made.prompt.emplace();
    return made;
}

// Returns the lints of one step with this body and these variables, in addition to the prompt Reason.
std::vector<Lint> lints(std::string const& body, std::vector<Variable> more = {}) {
    auto content = samples::content_of({samples::step_of({samples::bash("Go", body)})});
    content.variables = std::move(more);
    content.variables.push_back(variable("Reason", "", true));
    return lint_inputs(content);
}

} // namespace

TEST(InputLints, find_an_answer_wherever_a_script_takes_it_in) {
    for (auto body : {"echo #{Reason}", "echo '#{ reason | JsonEscape }'", "#{if Reason}true#{/if}",
                      "#{each r in Reason}#{r}#{/each}", "#{if A == Reason}x#{/if}", "#{Host | Append #{Reason}}",
                      "#{Map[#{Reason}]}", "#{Reason.Part}", "#{Reason[0]}", "#{broken echo #{Reason}"})
        EXPECT_EQ(lints(body).size(), 1u) << body;
    for (auto body : {"get_octopusvariable Reason", "#{Reasons}", "##{Reason}", "Reason", "#{Other}"})
        EXPECT_EQ(lints(body).size(), 0u) << body;
}

TEST(InputLints, follow_answers_through_variables_and_properties) {
    EXPECT_EQ(lints("#{Url}", {variable("Url", "http://#{Path}"), variable("Path", "x/#{Reason}")}).size(), 1u);
    EXPECT_EQ(lints("#{Url}", {variable("Url", "http://#{Path}"), variable("Path", "x")}).size(), 0u);
    EXPECT_EQ(lints("#{A}", {variable("A", "#{B}"), variable("B", "#{A}")}).size(), 0u) << "goes round in circles";
    auto action = samples::bash("Go", "#{My.Property}");
    action.properties.items.emplace_back("My.Property", "#{Reason}");
    auto content = samples::content_of({samples::step_of({action})});
    content.variables = {variable("Reason", "", true)};
    EXPECT_EQ(lint_inputs(content).size(), 1u);
}

TEST(InputLints, look_at_each_name_once) {
    std::vector<Variable> chain;
    for (int i = 0; i < 300; ++i)
        chain.push_back(variable("C" + std::to_string(i), i == 0 ? "#{Reason}" : "#{C" + std::to_string(i - 1) + "}"));
    EXPECT_EQ(lints("echo #{C299}", chain).size(), 1u);
}

TEST(InputLints, name_the_step_the_variable_and_the_place) {
    auto found = lints("echo #{Reason}");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].path, "Steps[0].Actions[0].Properties.Octopus.Action.Script.ScriptBody");
    EXPECT_NE(found[0].message.find("step 'Go'"), std::string::npos);
    EXPECT_NE(found[0].message.find("'Reason'"), std::string::npos);
}
