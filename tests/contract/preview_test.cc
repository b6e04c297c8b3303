#include "workshop.h"

namespace stepwell::contract {
namespace {

class Previews : public Workshop {
protected:
    std::string const dev = environment("Dev"), prod = environment("Prod");
    std::string const shop = project("Shop"), book = runbook(shop, "Restart");

    std::string names_in(Json const& preview) {
        std::string names;
        for (auto const& each : preview.at("StepsToExecute").as_array())
            names += text_at(each, "/ActionNumber") + " " + text_at(each, "/ActionName") + ": " +
                     text_at(each, "/Decision/Will") + "; ";
        return names;
    }
};

TEST_F(Previews, say_which_steps_will_run_and_why) {
    set_steps(book, step("Back up", "true") + "," +
                        step("Only in Prod", "true", R"(,"Environments":[")" + prod + R"("],"IsRequired":true)") + "," +
                        step("Off", "true", R"(,"IsDisabled":true)") + "," + step("Restart it", "true"));
    auto route = "runbooks/" + book + "/runbookRuns/preview/" + dev;
    auto preview = get(route);
    EXPECT_EQ(names_in(preview), "1 Back up: Yes; 2 Only in Prod: No; 4 Restart it: Depends; ");
    EXPECT_EQ(text_at(preview, "/StepsToExecute/1/Decision/Reason"), "not for this environment");
    EXPECT_EQ(at(preview, "/StepsToExecute/2/Decision/DependsOn"), parsed(R"(["Back up"])"));
    EXPECT_EQ(at(preview, "/StepsToExecute/0/CanBeSkipped"), Json(true));
    EXPECT_EQ(at(preview, "/StepsToExecute/1/CanBeSkipped"), Json(false));
    EXPECT_EQ(at(preview, "/StepsToExecute/0/Machines"), parsed("[]"));
    EXPECT_EQ(at(preview, "/Form"), parsed(R"({"Values":{},"Elements":[]})"));
    auto all = get(route + "?includeDisabledSteps=true");
    EXPECT_EQ(at(all, "/StepsToExecute").as_array().size(), 4u);
    EXPECT_EQ(at(all, "/StepsToExecute/2/IsDisabled"), Json(true));
    EXPECT_EQ(get("projects/" + shop + "/" + route), preview);
    EXPECT_EQ(status("runbooks/" + book + "/runbookRuns/preview/Environments-99"), 404);
    EXPECT_EQ(status(route + "/Tenants-1"), 404);
}

TEST_F(Previews, of_a_snapshot_show_what_was_frozen) {
    set_steps(book, step("First", "true"));
    auto id = text_at(snapshot(book, "One", true), "/Id");
    set_steps(book, step("Second", "true"));
    EXPECT_EQ(names_in(get("runbookSnapshots/" + id + "/runbookRuns/preview/" + dev)), "1 First: Yes; ");
    EXPECT_EQ(names_in(get("runbooks/" + book + "/runbookRuns/preview/" + dev)), "1 Second: Yes; ");
}

TEST_F(Previews, evaluate_conditions_with_the_variables_of_the_environment) {
    set_variables(shop, R"({"Name":"Wanted","Value":"True","Scope":{"Environment":[")" + prod +
                            R"("]}},{"Name":"Wanted","Value":"False"})");
    set_steps(
        book,
        R"({"Name":"Maybe","Condition":"Variable","Properties":{"Octopus.Step.ConditionVariableExpression":"#{Wanted}"},"Actions":[)"
        R"({"Name":"Maybe","ActionType":"Octopus.Script","Properties":{"Octopus.Action.Script.ScriptBody":"true"}}]})");
    EXPECT_EQ(names_in(get("runbooks/" + book + "/runbookRuns/preview/" + prod)), "1 Maybe: Yes; ");
    EXPECT_EQ(names_in(get("runbooks/" + book + "/runbookRuns/preview/" + dev)), "1 Maybe: No; ");
}

TEST_F(Previews, ask_for_each_prompted_variable_that_counts_here) {
    set_variables(
        shop,
        R"({"Id":"p1","Name":"Host","Value":"db","Prompt":{"Label":"2 Host","Description":"Which?","Required":true,"DisplaySettings":{"Octopus.ControlType":"SingleLineText"}}},)"
        R"({"Id":"p2","Name":"Token","Type":"Sensitive","IsSensitive":true,"Value":null,"Prompt":{"Label":"1 Token"}},)"
        R"({"Id":"p3","Name":"Ticket","Value":"","Prompt":{},"Scope":{"Environment":[")" +
            prod + R"("]}})");
    auto form = at(get("runbooks/" + book + "/runbookRuns/preview/" + dev), "/Form");
    ASSERT_EQ(form.at("Elements").as_array().size(), 2u);
    EXPECT_EQ(text_at(form, "/Elements/0/Name"), "p2") << "by label";
    EXPECT_EQ(at(form, "/Elements/0/Control/IsSecure"), Json(true));
    EXPECT_EQ(
        base::to_text(at(form, "/Elements/1")),
        R"({"Name":"p1","Control":{"Type":"VariableValue","Name":"Host","Label":"2 Host","Description":"Which?","IsSecure":false,"Required":true,)"
        R"("DisplaySettings":{"Octopus.ControlType":"SingleLineText"}},"IsValueRequired":true})");
    EXPECT_EQ(base::to_text(form.at("Values")), R"({"p2":null,"p1":"db"})");
    EXPECT_EQ(at(get("runbooks/" + book + "/runbookRuns/preview/" + prod), "/Form/Elements").as_array().size(), 3u);
}

TEST_F(Previews, come_in_the_order_asked_for) {
    set_steps(book, step("Only in Prod", "true", R"(,"Environments":[")" + prod + R"("])"));
    auto id = text_at(snapshot(book, "One", true), "/Id");
    auto body = R"({"DeploymentPreviews":[{"EnvironmentId":")" + prod + R"(","TenantId":""},{"EnvironmentId":")" + dev +
                R"(","TenantId":null}]})";
    for (auto const& route : {"runbooks/" + book, "projects/" + shop + "/runbooks/" + book, "runbookSnapshots/" + id}) {
        auto previews = server.created(space + route + "/runbookRuns/previews", body);
        EXPECT_EQ(names_in(at(previews, "/0")), "1 Only in Prod: Yes; ") << route;
        EXPECT_EQ(names_in(at(previews, "/1")), "1 Only in Prod: No; ") << route;
    }
    expect_refused(server.post(space + "runbooks/" + book + "/runbookRuns/previews",
                               R"({"DeploymentPreviews":[{"EnvironmentId":"x"},{"EnvironmentId":")" + dev +
                                   R"(","TenantId":"Tenants-1"}]})"),
                   400, "DeploymentPreviews[1].TenantId");
}

TEST_F(Previews, tell_whether_a_failure_asks_a_person) {
    auto guided = [&] {
        return at(get("runbooks/" + book + "/runbookRuns/preview/" + dev), "/UseGuidedFailureModeByDefault");
    };
    EXPECT_EQ(guided(), Json(false));
    auto environment = get("environments/" + dev);
    environment.as_object()["UseGuidedFailure"] = true;
    put("environments/" + dev, environment);
    EXPECT_EQ(guided(), Json(true));
    auto runbook = get("runbooks/" + book);
    runbook.as_object()["DefaultGuidedFailureMode"] = "Off";
    put("runbooks/" + book, runbook);
    EXPECT_EQ(guided(), Json(false));
}

} // namespace
} // namespace stepwell::contract
