#include "domain/script_action.h"

#include "samples.h"

#include <gtest/gtest.h>

namespace stepwell::domain {
namespace {

using namespace samples;

Action with(std::vector<std::pair<std::string, PropertyValue>> properties) {
    Action made;
    made.id = "a";
    made.name = "a";
    made.type = "Octopus.Script";
    made.properties.items = std::move(properties);
    return made;
}

std::string obstacle(Action action, std::string roles = {}) {
    auto step = step_of({action});
    if (!roles.empty()) step.properties.items = {{"Octopus.Action.TargetRoles", roles}};
    return find_obstacle(step, action).value_or("");
}

TEST(ScriptAction, reads_its_properties) {
    auto view = read_script(with({{"Octopus.Action.Script.ScriptSource", "inline"},
                                  {"Octopus.Action.Script.Syntax", "python"},
                                  {"Octopus.Action.Script.ScriptBody", " print(1) #{x}\n"},
                                  {"Octopus.Action.Script.ScriptParameters", "-v 'a b'"},
                                  {"Octopus.Action.FailScriptOnErrorOutput", "True"},
                                  {"Octopus.Action.RunOnServer", "true"},
                                  {"Octopus.Action.ExecutionTimeout.Minutes", " 15 "},
                                  {"Something.Else", "1"}}));
    EXPECT_TRUE(view.problems.empty());
    EXPECT_EQ(view.script.source, ScriptSource::inlined);
    EXPECT_EQ(view.script.syntax, ScriptSyntax::python);
    EXPECT_EQ(view.script.body, " print(1) #{x}\n");
    EXPECT_EQ(view.script.parameters, "-v 'a b'");
    EXPECT_TRUE(view.script.fail_on_error_output);
    EXPECT_TRUE(view.script.run_on_server);
    EXPECT_EQ(view.script.timeout_minutes, 15);
}

TEST(ScriptAction, has_defaults) {
    auto view = read_script(with({{"Octopus.Action.Script.Syntax", ""}, {"Octopus.Action.RunOnServer", ""}}));
    EXPECT_TRUE(view.problems.empty());
    EXPECT_EQ(view.script.source, ScriptSource::inlined);
    EXPECT_EQ(view.script.syntax, ScriptSyntax::bash);
    EXPECT_EQ(view.script.timeout_minutes, 0);
    EXPECT_FALSE(view.script.run_on_server);
}

TEST(ScriptAction, finds_the_body_of_its_syntax_in_the_older_form) {
    std::vector<std::pair<std::string, PropertyValue>> both{{"Octopus.Action.Script.ScriptBody[PowerShell]", "ps"},
                                                            {"Octopus.Action.Script.ScriptBody[Python]", "py"},
                                                            {"Octopus.Action.Script.ScriptBody[Bash]", "sh"}};
    EXPECT_EQ(read_script(with(both)).script.body, "sh");
    both.emplace_back("Octopus.Action.Script.Syntax", "PowerShell");
    EXPECT_EQ(read_script(with(both)).script.body, "ps");
    both.back().second = "Bash";
    both.emplace_back("Octopus.Action.Script.ScriptBody", "plain");
    EXPECT_EQ(read_script(with(both)).script.body, "plain");

    auto view = read_script(with({{"Octopus.Action.Script.ScriptBody[Python]", "py"}}));
    EXPECT_EQ(view.script.body, "py");
    EXPECT_EQ(view.script.syntax, ScriptSyntax::python);
    auto other = read_script(
        with({{"Octopus.Action.Script.Syntax", "Bash"}, {"Octopus.Action.Script.ScriptBody[Python]", "py"}}));
    EXPECT_EQ(other.script.body, "");
    EXPECT_EQ(other.script.syntax, ScriptSyntax::bash);
}

TEST(ScriptAction, does_not_show_what_a_setting_becomes) {
    auto view = read_script(with({{"Octopus.Action.ExecutionTimeout.Minutes", "#{Token}"}}),
                            [](std::string_view) { return std::optional<std::string>("s3cr3t-v4lue"); });
    ASSERT_FALSE(view.problems.empty());
    for (auto const& problem : view.problems) EXPECT_EQ(problem.message.find("s3cr3t"), std::string::npos);
    EXPECT_EQ(base::to_text(view.problems.back()),
              "Octopus.Action.ExecutionTimeout.Minutes: is invalid after evaluation of #{Token}");
}

// Settings are looked up in variables, whether the action or its project defines them.
TEST(ScriptAction, looks_settings_up_when_it_can_and_bodies_never) {
    auto action = with({{"Octopus.Action.ExecutionTimeout.Minutes", "#{Minutes}"},
                        {"Octopus.Action.Script.ScriptBody", "echo #{Minutes}"}});
    EXPECT_EQ(read_script(action).script.timeout_minutes, 0);
    EXPECT_TRUE(read_script(action).problems.empty());
    std::map<std::string, std::string, std::less<>> all{{"Octopus.Action.ExecutionTimeout.Minutes", "7"},
                                                        {"Octopus.Action.FailScriptOnErrorOutput", "True"},
                                                        {"Octopus.Action.Script.Syntax", "PowerShell"},
                                                        {"Octopus.Action.RunOnServer", "True"},
                                                        {"Octopus.Action.TargetRoles", "web"},
                                                        {"Octopus.Action.Script.ScriptBody", "no"}};
    Lookup lookup = [&](std::string_view name) {
        auto found = all.find(name);
        return found == all.end() ? std::nullopt : std::optional(found->second);
    };
    auto view = read_script(action, lookup);
    EXPECT_EQ(view.script.timeout_minutes, 7);
    EXPECT_TRUE(view.script.fail_on_error_output);
    EXPECT_EQ(view.script.body, "echo #{Minutes}");
    auto const step = step_of({action});
    EXPECT_EQ(find_obstacle(step, action), std::nullopt);
    EXPECT_EQ(find_obstacle(step, action, lookup), "PowerShell scripts cannot run on this server");
    all["Octopus.Action.Script.Syntax"] = "Bash";
    EXPECT_EQ(find_obstacle(step, action, lookup), std::nullopt);
    all["Octopus.Action.RunOnServer"] = "False";
    EXPECT_EQ(find_obstacle(step, action, lookup), "it runs on targets, which are not supported yet");
    all["Octopus.Action.RunOnServer"] = "soon";
    EXPECT_EQ(find_obstacle(step, action, lookup),
              "Octopus.Action.RunOnServer: is overridden by the variable of this name, whose value is invalid");
}

TEST(ScriptAction, is_refused_with_the_reason) {
    EXPECT_EQ(obstacle(bash("a")), "");
    EXPECT_EQ(obstacle(with({{"Octopus.Action.Script.Syntax", "Python"}})), "");
    EXPECT_EQ(obstacle(unknown_type("a")), "the action type 'Octopus.Moon' is not supported");
    EXPECT_EQ(obstacle(with({{"Octopus.Action.Script.ScriptSource", "Package"}})),
              "scripts from packages are not supported yet");
    EXPECT_EQ(obstacle(with({{"Octopus.Action.Script.ScriptSource", "GitRepository"}})),
              "scripts from Git repositories are not supported yet");
    EXPECT_EQ(obstacle(with({{"Octopus.Action.Script.Syntax", "PowerShell"}})),
              "PowerShell scripts cannot run on this server");
    EXPECT_EQ(obstacle(with({{"Octopus.Action.Script.Syntax", "CSharp"}})), "CSharp scripts cannot run on this server");
    EXPECT_NE(obstacle(with({{"Octopus.Action.Script.Syntax", "Cobol"}})).find("Cobol"), std::string::npos);
    EXPECT_NE(obstacle(with({{"Octopus.Action.ExecutionTimeout.Minutes", "-1"}})), "");
    EXPECT_NE(obstacle(with({{"Octopus.Action.ExecutionTimeout.Minutes", "soon"}})), "");
    EXPECT_NE(obstacle(with({{"Octopus.Action.ExecutionTimeout.Minutes", "153722867280912931"}})), "");
    EXPECT_NE(obstacle(with({{"Octopus.Action.Script.ScriptBody", Secret{true, {}}}})), "");
    auto lower = bash("a");
    lower.type = "octopus.script";
    EXPECT_EQ(obstacle(lower), "");
}

TEST(ScriptAction, needs_targets_only_when_the_step_names_roles_and_it_does_not_run_on_the_server) {
    auto on_targets = with({{"Octopus.Action.RunOnServer", "False"}});
    EXPECT_EQ(obstacle(on_targets, "web"), "it runs on targets, which are not supported yet");
    EXPECT_EQ(obstacle(with({}), "web,db"), "it runs on targets, which are not supported yet");
    EXPECT_EQ(obstacle(on_targets), "");
    EXPECT_EQ(obstacle(on_targets, " "), "");
    EXPECT_EQ(obstacle(bash("a"), "web"), "");
    EXPECT_EQ(obstacle(with({{"Octopus.Action.RunOnServer", "#{Here}"}}), "web"), "") << "seen when it is to run";
}

TEST(ScriptAction, is_refused_for_what_it_needs_beside_the_script) {
    auto packaged = bash("a");
    packaged.packages.emplace_back();
    EXPECT_EQ(obstacle(packaged), "it needs packages, which are not supported yet");
    auto contained = bash("a");
    contained.container.emplace();
    EXPECT_EQ(obstacle(contained), "");
    contained.container->image = "alpine";
    EXPECT_EQ(obstacle(contained), "it runs in a container image, which is not supported yet");
}

} // namespace
} // namespace stepwell::domain
