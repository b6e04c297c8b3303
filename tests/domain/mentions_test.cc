#include "domain/mentions.h"

#include <gtest/gtest.h>

using namespace stepwell;
using domain::Mentions;

namespace {

bool is_needed(std::string_view name, std::vector<variables::Variable> values, std::string_view script) {
    return Mentions(std::move(values), {script}).may_need(name);
}

} // namespace

TEST(Mentions, are_names_in_scripts_however_they_are_read) {
    EXPECT_TRUE(is_needed("Login", {}, "echo #{Login.Username}"));
    EXPECT_TRUE(is_needed("Login", {}, "get_octopusvariable 'login.password'"));
    EXPECT_FALSE(is_needed("Login", {}, "echo hello"));
    EXPECT_FALSE(is_needed("Login", {{"Other", "#{Login.Username}"}}, "echo hello"));
}

TEST(Mentions, are_whole_words_of_scripts_that_read_variables) {
    EXPECT_FALSE(is_needed("c", {}, "echo hi")) << "no helper and no #{}";
    EXPECT_FALSE(is_needed("Web", {}, "echo Web is up"));
    EXPECT_FALSE(is_needed("Web", {}, "get_octopusvariable Other; echo WebSite"));
    EXPECT_TRUE(is_needed("Web", {}, "get_octopusvariable Web"));
    EXPECT_TRUE(is_needed("Web", {}, "echo \"${octopus_parameters[Web.Url]}\""));
    EXPECT_TRUE(is_needed("Web.Url", {}, "#{each part in Web}#{part}#{/each}")) << "a part of it";
}

TEST(Mentions, are_found_by_the_rule_of_names) {
    EXPECT_TRUE(is_needed("Schlüssel", {}, "echo #{SCHLÜSSEL.Username}"));
    EXPECT_TRUE(is_needed("SCHLÜSSEL", {{"Öl", "#{schlüssel}"}}, "get_octopusvariable ÖL"));
    EXPECT_FALSE(is_needed("Schlussel", {}, "echo #{SCHLÜSSEL}"));
}

TEST(Mentions, lead_through_the_values_of_other_variables) {
    std::vector<variables::Variable> const values{{"Connection", "user=#{Login.Username}"},
                                                  {"Deep.Down", "#{ Connection | ToUpper }"},
                                                  {"Literal", "#{Login}", true}};
    EXPECT_TRUE(is_needed("Login", values, "echo #{Connection}"));
    EXPECT_TRUE(is_needed("login", values, "print(get_octopusvariable('Deep.Down'))"));
    EXPECT_FALSE(is_needed("Login", values, "echo #{Literal}"));
    EXPECT_FALSE(is_needed("Connection", {{"X", "#{Login}"}}, "echo #{X}"));
}

TEST(Mentions, are_those_of_properties_and_of_the_server_too) {
    EXPECT_TRUE(is_needed("Login", {{"Octopus.Action.ConditionVariableExpression", "#{if Login}1#{/if}"}}, ""));
    EXPECT_TRUE(is_needed("Login", {{"Tag", "#{Login.Username}"}, {"Octopus.Task.ConcurrencyTag", "#{Tag}"}}, ""));
}

TEST(Mentions, are_taken_for_granted_beyond_what_can_be_looked_at) {
    Mentions mentions({}, {"echo"});
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(mentions.may_need("Login"));
    EXPECT_TRUE(mentions.may_need("Login"));
}
