#include "domain/planner.h"

#include "samples.h"

#include <gtest/gtest.h>

namespace stepwell::domain {
namespace {

using namespace samples;
using Names = std::vector<std::string>;

// Variables that are the same for every action.
void give(PlanInput& input, std::map<std::string, std::string> values) {
    input.variables = [values](PlannedAction const&, Outcomes) {
        std::vector<variables::Variable> all;
        for (auto const& [name, text] : values) all.push_back({name, text, false, name == "Secret"});
        return std::make_shared<variables::Dictionary const>(std::move(all));
    };
}

Decision decide_only(SnapshotContent const& content) { return decide(input_of(content), {}, 0); }

TEST(Plan, numbers_actions_by_step_and_place) {
    auto content = content_of({step("a"), step_of({bash("b"), bash("c")}), step("d")});
    auto plan = flatten(content);
    ASSERT_EQ(plan.size(), 4u);
    Names numbers;
    for (auto const& action : plan) numbers.push_back(action.number + action.name);
    EXPECT_EQ(numbers, (Names{"1a", "2.1b", "2.2c", "3d"}));
    EXPECT_EQ(plan[2].position, 2u);
    EXPECT_EQ(plan[2].step_index, 1u);
    EXPECT_EQ(plan[2].action_index, 1u);
    EXPECT_EQ(plan[2].step_id, "step-b");
    EXPECT_EQ(plan[2].action_id, "action-c");
    EXPECT_EQ(plan[2].step_name, "b");
    EXPECT_TRUE(flatten(content_of({})).empty());
}

TEST(Decision, follows_the_conditions_of_steps) {
    struct Case {
        std::string_view before;
        bool success, failure;
    };
    // s succeeded, f failed, k skipped, c canceled, u unknown
    Case const cases[] = {
        {"", true, false},   {"s", true, false},  {"k", true, false},  {"f", false, true},   {"u", false, true},
        {"c", false, false}, {"ss", true, false}, {"sk", true, false}, {"kk", true, false},  {"sf", false, true},
        {"fs", false, true}, {"fk", false, true}, {"su", false, true}, {"us", false, true},  {"sc", false, false},
        {"cf", false, true}, {"fc", false, true}, {"uf", false, true}, {"kc", false, false}, {"ks", true, false},
    };
    for (auto const& [before, success, failure] : cases)
        for (auto condition : {StepCondition::success, StepCondition::failure, StepCondition::always}) {
            std::vector<Step> steps;
            for (std::size_t i = 0; i < before.size(); ++i) steps.push_back(step("s" + std::to_string(i)));
            steps.push_back(step("last", condition));
            auto content = content_of(steps);
            auto decision = decide(input_of(content), outcomes_of(before), before.size());
            bool expected =
                condition == StepCondition::always || (condition == StepCondition::success ? success : failure);
            EXPECT_EQ(decision.will == Will::yes, expected) << before << ' ' << schema::name_of(condition);
            EXPECT_NE(decision.will, Will::depends);
            EXPECT_FALSE(decision.reason.empty());
            EXPECT_FALSE(decision.fails);
        }
}

TEST(Decision, names_the_step_that_stands_in_the_way) {
    auto content = content_of({step("Back up"), step("Restart")});
    EXPECT_EQ(decide(input_of(content), outcomes_of("f"), 1).reason, "'Back up' did not succeed");
}

TEST(Decision, leaves_out_disabled_and_excluded_actions) {
    auto const check = [](std::string_view reason, auto change) {
        auto content = content_of({step("a", StepCondition::always)});
        change(content.steps[0].actions[0]);
        auto decision = decide_only(content);
        EXPECT_EQ(decision.will == Will::no, !reason.empty()) << reason;
        if (!reason.empty()) EXPECT_EQ(decision.reason, reason);
    };
    check("disabled", [](Action& a) { a.is_disabled = true; });
    check("not for this environment", [](Action& a) { a.environments = {{"Environments-2"}, {"Environments-3"}}; });
    check("", [](Action& a) { a.environments = {{"Environments-2"}, {"environments-1"}}; });
    check("excluded in this environment", [](Action& a) { a.excluded_environments = {{"ENVIRONMENTS-1"}}; });
    check("", [](Action& a) { a.excluded_environments = {{"Environments-2"}}; });
    check("excluded in this environment", [](Action& a) {
        a.environments = {{"Environments-1"}};
        a.excluded_environments = {{"Environments-1"}};
    });
    check("only for tenants with certain tags", [](Action& a) { a.tenant_tags = {"Ring/Alpha"}; });
}

TEST(Decision, runs_actions_for_tenants_that_carry_one_of_the_tags) {
    auto content = content_of({step("a")});
    content.steps[0].actions[0].tenant_tags = {"Ring/Alpha", "Ring/Beta"};
    auto input = input_of(content);
    input.options.tenant_tags = {"Region/EU", "ring/beta"};
    EXPECT_EQ(decide(input, {}, 0).will, Will::yes);
    input.options.tenant_tags = {"Region/EU"};
    EXPECT_EQ(decide(input, {}, 0).will, Will::no);
}

TEST(Decision, skips_by_hand_what_is_not_required) {
    auto content = content_of({step("Back up")});
    for (auto name : {"action-Back up", "ACTION-back UP", "Back up", "back up"}) {
        auto input = input_of(content);
        input.options.skip_actions = {"other", name};
        content.steps[0].actions[0].is_required = false;
        EXPECT_EQ(decide(input, {}, 0).reason, "skipped by hand");
        content.steps[0].actions[0].is_required = true;
        EXPECT_EQ(decide(input, {}, 0).will, Will::yes);
    }
    auto input = input_of(content);
    input.options.skip_actions = {"step-Back up", ""};
    EXPECT_EQ(decide(input, {}, 0).will, Will::yes);
}

TEST(Decision, evaluates_expressions) {
    struct Case {
        std::string_view expression;
        Will will;
        bool fails;
    };
    Case const cases[] = {
        {"True", Will::yes, false},
        {"", Will::no, false},
        {"0", Will::no, false},
        {"False", Will::no, false},
        {"no", Will::no, false},
        {"#{Yes}", Will::yes, false},
        {"#{No}", Will::no, false},
        {"#{Empty}", Will::no, false},
        {"#{Gone}", Will::no, false},
        {"true #{Gone}", Will::no, false},
        {"#{ToYes}", Will::yes, false},
        {"##{x}", Will::yes, false},
        {"#{if Yes}1#{/if}", Will::yes, false},
        {"#{if Gone}1#{else}0#{/if}", Will::no, false},
        {"#{unless Gone}1#{/unless}", Will::yes, false},
        {"#{if Yes == \"True\"}yes#{/if}", Will::yes, false},
        {"#{Yes | ToLower}", Will::yes, false},
        {"#{Yes | Nope}", Will::no, false},
        {"#{Yes", Will::no, false},
        {"#{ | null}", Will::no, false},
        {"#{Loop}", Will::yes, true},
    };
    for (auto const& [expression, will, fails] : cases) {
        auto content = content_of({step_if("a", std::string(expression))});
        auto input = input_of(content);
        give(input, {{"Yes", "True"}, {"No", "FALSE"}, {"Empty", ""}, {"ToYes", "#{Yes}"}, {"Loop", "#{Loop}"}});
        auto decision = decide(input, {}, 0);
        EXPECT_EQ(decision.will, will) << expression;
        EXPECT_EQ(decision.fails.has_value(), fails) << expression;
    }
}

TEST(Decision, takes_the_expression_of_either_key) {
    for (auto key : {"Octopus.Step.ConditionVariableExpression", "Octopus.Action.ConditionVariableExpression"}) {
        auto content = content_of({step("a", StepCondition::variable), step("b", StepCondition::variable)});
        content.steps[0].properties.items = {{key, "True"}};
        content.steps[1].actions[0].properties.items.emplace_back(key, "True");
        EXPECT_EQ(decide_only(content).will, Will::yes);
    }
    EXPECT_EQ(decide_only(content_of({step("a", StepCondition::variable)})).will, Will::no);
}

TEST(Decision, runs_on_an_expression_whatever_failed_before) {
    auto content = content_of({step("a"), step_if("b", "True")});
    EXPECT_EQ(decide(input_of(content), outcomes_of("f"), 1).will, Will::yes);
}

TEST(Decision, keeps_the_values_it_read_but_no_secret) {
    auto content = content_of({step_if("a", "#{Yes}#{Secret}#{Long}")});
    auto input = input_of(content);
    std::string umlauts = "x";
    for (int i = 0; i < 1000; ++i) umlauts += "ä";
    give(input, {{"Yes", "True"}, {"Secret", "hunter2"}, {"Long", umlauts}});
    auto decision = decide(input, {}, 0);
    ASSERT_EQ(decision.values_read.size(), 3u);
    EXPECT_EQ(decision.values_read[0], (ValueRead{"Yes", "True"}));
    EXPECT_EQ(decision.values_read[1], (ValueRead{"Secret", std::nullopt}));
    EXPECT_LT(decision.values_read[2].value->size(), 1010u);
    EXPECT_EQ(to_json(decision).find("hunter2"), std::string::npos);
    EXPECT_EQ(parse_decision(to_json(decision)), decision);
}

TEST(Decision, survives_its_json) {
    Decision const decision{Will::depends, "if ä \"b\" fails", "cannot", {"x", "y"}, {{"n", "v"}, {"s", std::nullopt}}};
    EXPECT_EQ(parse_decision(to_json(decision)), decision);
    EXPECT_EQ(to_json(Decision{}), R"({"Will":"No","Reason":"","Fails":null,"DependsOn":[],"ValuesRead":[]})");
}

TEST(Decision, asks_for_the_variables_of_the_moment) {
    auto content = content_of({step("a"), step_if("b", "#{seen}")});
    auto input = input_of(content);
    input.variables = [](PlannedAction const& action, Outcomes outcomes) {
        EXPECT_EQ(action.name, "b");
        EXPECT_EQ(outcomes.size(), 1u);
        std::vector<variables::Variable> all{{"seen", outcomes[0].outputs[0].value}};
        return std::make_shared<variables::Dictionary const>(std::move(all));
    };
    auto outcomes = outcomes_of("s");
    outcomes[0].outputs = {{"seen", "True", false}};
    EXPECT_EQ(decide(input, outcomes, 1).will, Will::yes);
    outcomes[0].outputs[0].value = "False";
    EXPECT_EQ(decide(input, outcomes, 1).will, Will::no);
}

TEST(Decision, is_to_run_but_fails_when_the_server_cannot) {
    auto decision = decide_only(content_of({step_of({unknown_type("a")})}));
    EXPECT_EQ(decision.will, Will::yes);
    EXPECT_EQ(decision.fails, "the action type 'Octopus.Moon' is not supported");
    auto skipped = content_of({step_of({unknown_type("a")})});
    skipped.steps[0].actions[0].is_disabled = true;
    EXPECT_FALSE(decide_only(skipped).fails);
}

TEST(Decision, judges_a_step_of_several_actions_by_what_came_before_the_step) {
    auto content = content_of({step("a"), step_of({bash("b"), bash("c")}, StepCondition::failure)});
    auto run = [&](std::string_view before) {
        return decide(input_of(content), outcomes_of(before), before.size()).will;
    };
    EXPECT_EQ(run("f"), Will::yes);
    EXPECT_EQ(run("fs"), Will::yes); // `b` succeeded, so the step continues
    EXPECT_EQ(run("ff"), Will::no);  // `b` failed, and `c` requires success within the step
    EXPECT_EQ(run("fk"), Will::yes);
    EXPECT_EQ(run("s"), Will::no);
    EXPECT_EQ(run("sk"), Will::no);
    EXPECT_EQ(decide(input_of(content), outcomes_of("sf"), 2).reason, "no previous step failed");
}

TEST(Decision, evaluates_the_expression_of_a_step_alike_for_all_its_actions) {
    auto content = content_of({step("a"), step_of({bash("b"), bash("c")}, StepCondition::variable)});
    content.steps[1].properties.items = {{"Octopus.Step.ConditionVariableExpression", "#{failures}"}};
    auto input = input_of(content);
    input.variables = [](PlannedAction const&, Outcomes outcomes) {
        auto failures = std::ranges::count(outcomes, OutcomeState::failed, &StepOutcome::state);
        std::vector<variables::Variable> all{{"failures", failures > 0 ? "1" : "0"}};
        return std::make_shared<variables::Dictionary const>(std::move(all));
    };
    EXPECT_EQ(decide(input, outcomes_of("s"), 1).will, Will::no);
    EXPECT_EQ(decide(input, outcomes_of("sf"), 2).reason, "its condition is false");
    EXPECT_EQ(decide(input, outcomes_of("fs"), 2).will, Will::yes);
}

TEST(Decision, judges_an_action_by_its_own_expression) {
    auto content = content_of({step_of({bash("a"), bash("b")})});
    auto& second = content.steps[0].actions[1];
    second.condition = ActionCondition::variable;
    second.properties.items.emplace_back("Octopus.Action.ConditionVariableExpression", "#{Go}");
    auto input = input_of(content);
    give(input, {{"Go", "1"}});
    EXPECT_EQ(decide(input, outcomes_of("f"), 1).will, Will::yes);
    give(input, {{"Go", "0"}});
    EXPECT_EQ(decide(input, outcomes_of("s"), 1).will, Will::no);
}

TEST(Decision, is_not_made_before_its_time) {
    auto content = content_of({step("a"), step("b")});
    EXPECT_THROW(decide(input_of(content), {}, 1), base::Error);
    EXPECT_THROW(decide(input_of(content), outcomes_of("ss"), 2), base::Error);
}

TEST(Preview, tells_what_depends_on_what) {
    auto content =
        content_of({step("a"), step("b"), step("c", StepCondition::failure), step("d", StepCondition::always)});
    auto seen = preview(input_of(content));
    ASSERT_EQ(seen.size(), 4u);
    EXPECT_EQ(seen[0].will, Will::yes);
    EXPECT_EQ(seen[1].will, Will::depends);
    EXPECT_EQ(seen[1].depends_on, Names{"a"});
    EXPECT_EQ(seen[2].will, Will::depends);
    EXPECT_EQ(seen[2].depends_on, (Names{"a", "b"}));
    EXPECT_EQ(seen[3].will, Will::yes);
    EXPECT_TRUE(seen[3].depends_on.empty());
}

TEST(Preview, does_not_depend_on_what_will_not_run) {
    auto content = content_of({step("a"), step("b"), step("c", StepCondition::failure)});
    content.steps[0].actions[0].is_disabled = true;
    auto input = input_of(content);
    auto seen = preview(input);
    EXPECT_EQ(seen[0].will, Will::no);
    EXPECT_EQ(seen[1].will, Will::yes);
    EXPECT_EQ(seen[2].depends_on, Names{"b"});
    input.options.skip_actions = {"b"};
    seen = preview(input);
    EXPECT_EQ(seen[1].will, Will::no);
    EXPECT_EQ(seen[2].will, Will::no);
}

TEST(Preview, knows_the_failure_of_what_cannot_run) {
    auto content = content_of({step_of({unknown_type("a")}), step("b"), step("c", StepCondition::failure)});
    auto seen = preview(input_of(content));
    EXPECT_TRUE(seen[0].fails);
    EXPECT_EQ(seen[1].will, Will::no);
    EXPECT_EQ(seen[2].will, Will::yes);
}

TEST(Preview, leaves_open_what_only_the_run_can_tell) {
    auto content = content_of({step("a"), step_if("b", "#{Octopus.Action[a].Output.Go}"), step_if("c", "#{Yes}")});
    auto input = input_of(content);
    auto blind = preview(input);
    EXPECT_EQ(blind[1].depends_on, Names{"Octopus.Action[a].Output.Go"});
    EXPECT_EQ(blind[2].depends_on, Names{"Yes"});
    give(input, {{"Yes", "True"}});
    auto seen = preview(input);
    EXPECT_EQ(seen[1].will, Will::depends);
    EXPECT_EQ(seen[2].will, Will::yes);
}

TEST(Preview, sees_what_conditions_and_loops_in_an_expression_ask_for) {
    struct Case {
        std::string_view expression;
        Will will;
    };
    Case const cases[] = {
        {"#{if Octopus.Action[a].Output.Go == \"1\"}True#{/if}", Will::depends},
        {"#{if Yes}True#{else}#{Octopus.Action[a].Output.Go}#{/if}", Will::yes},
        {"#{unless Yes}True#{else}#{Octopus.Action[a].Output.Go}#{/unless}", Will::depends},
        {"#{each x in Octopus.Action}#{x}#{/each}", Will::depends},
        {"#{each x in Octopus.Step}#{x.Status.Code}#{/each}", Will::depends},
        {"#{Octopus.Action[#{Name}].Output.Go | ToLower}", Will::depends},
    };
    for (auto const& [expression, will] : cases) {
        auto input_content = content_of({step("a"), step_if("b", std::string(expression))});
        auto input = input_of(input_content);
        give(
            input,
            {{"Yes", "True"}, {"Name", "a"}, {"Octopus.Action.Name", "b"}, {"Octopus.Step[a].Status.Code", "Pending"}});
        EXPECT_EQ(preview(input)[1].will, will) << expression;
    }
}

// For all outcomes: if a preview says yes or no, the run decides the same.
TEST(Preview, never_promises_what_the_run_does_not_keep) {
    auto make = [](unsigned kind, std::string name) {
        auto made = step(std::move(name), StepCondition(kind % 3));
        if (kind == 3) made.actions[0].is_disabled = true;
        if (kind == 4) made.actions[0].type = "Octopus.Moon";
        return made;
    };
    for (unsigned process = 0; process < 5 * 5 * 5; ++process) {
        auto content = content_of({make(process % 5, "a"), make(process / 5 % 5, "b"), make(process / 25, "c")});
        auto input = input_of(content);
        auto seen = preview(input);
        for (unsigned world = 0; world < 3 * 3 * 3; ++world) {
            std::vector<StepOutcome> outcomes;
            unsigned left = world;
            for (std::size_t i = 0; i < 3; ++i, left /= 3) {
                auto decision = decide(input, outcomes, i);
                if (seen[i].will != Will::depends) EXPECT_EQ(decision.will, seen[i].will) << process << ' ' << world;
                auto state = left % 3 == 0   ? OutcomeState::succeeded
                             : left % 3 == 1 ? OutcomeState::failed
                                             : OutcomeState::unknown;
                if (decision.fails) state = OutcomeState::failed;
                if (decision.will == Will::no) state = OutcomeState::skipped;
                outcomes.push_back({i, state, "", {}});
            }
        }
    }
}

} // namespace
} // namespace stepwell::domain
