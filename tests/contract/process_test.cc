#include "workshop.h"

namespace stepwell::contract {
namespace {

class Processes : public Workshop {
protected:
    std::string const shop = project("Shop"), book = runbook(shop, "Restart"),
                      route = "runbookProcesses/RunbookProcess-" + book;
};

TEST_F(Processes, keep_properties_exactly_as_sent) {
    auto saved = set_steps(
        book,
        R"({"Name":"Go","Properties":{"Octopus.Action.TargetRoles":" Web , db"},"Actions":[{"Name":"Go","ActionType":"Ocotpus.Script",)"
        R"("Properties":{"b":"True","A":"","a":"1","Gone":null,"Octopus.Action.RunOnServer":"FALSE"}}]})");
    EXPECT_NE(text_at(saved, "/Warnings/0/Message").find("'Ocotpus.Script' is not supported"), std::string::npos);
    saved.as_object().erase("Warnings");
    EXPECT_EQ(base::to_text(at(saved, "/Steps/0/Actions/0/Properties")),
              R"({"b":"True","A":"","a":"1","Octopus.Action.RunOnServer":"FALSE"})");
    EXPECT_EQ(base::to_text(at(saved, "/Steps/0/Properties")), R"({"Octopus.Action.TargetRoles":" Web , db"})");
    EXPECT_EQ(text_at(saved, "/Steps/0/Actions/0/ActionType"), "Ocotpus.Script");
    EXPECT_EQ(at(saved, "/Version"), Json(1));
    EXPECT_EQ(get(route), saved);
    EXPECT_EQ(get("projects/" + shop + "/" + route), saved);
}

TEST_F(Processes, keep_ids_and_slugs_that_clients_leave_out) {
    auto saved = set_steps(book, step("Back up", "true") + "," + step("Restart it", "true"));
    auto id = text_at(saved, "/Steps/1/Id");
    EXPECT_EQ(text_at(saved, "/Steps/1/Slug"), "restart-it");
    auto next = saved;
    next.at_pointer("/Steps/1").as_object().erase("Slug");
    next.at_pointer("/Steps/1").as_object()["Name"] = "Renamed";
    next.at_pointer("/Steps/1/Actions/0").as_object().erase("Slug");
    next.at("Steps").as_array().erase(next.at("Steps").as_array().begin());
    next.at_pointer("/Steps/0").as_object()["StartTrigger"] = "StartWithPrevious";
    saved = put(route, next);
    EXPECT_EQ(text_at(saved, "/Steps/0/Id"), id);
    EXPECT_EQ(text_at(saved, "/Steps/0/Slug"), "restart-it");
    EXPECT_EQ(text_at(saved, "/Steps/0/Actions/0/Slug"), "restart-it");
    EXPECT_EQ(text_at(saved, "/Steps/0/StartTrigger"), "StartAfterPrevious");
}

// If the condition were lost, the step would run where its author excluded it.
TEST_F(Processes, keep_every_condition_as_sent) {
    auto with = [](std::string const& condition) {
        return R"({"Name":")" + condition + R"(","Condition":")" + condition +
               R"(","Actions":[{"Name":"a","ActionType":"Octopus.Script","Condition":"Variable",)"
               R"("Properties":{"Octopus.Action.ConditionVariableExpression":"#{x}"}},)"
               R"({"Name":"b","ActionType":"Octopus.Script","Condition":"Success"}]})";
    };
    auto saved = set_steps(book, with("Success") + "," + with("Variable") + "," + with("Failure"));
    for (std::string index : {"0", "1", "2"}) {
        auto step = "/Steps/" + index;
        EXPECT_EQ(text_at(saved, step + "/Condition"), text_at(saved, step + "/Name"));
        EXPECT_EQ(text_at(saved, step + "/Actions/0/Condition"), "Variable");
        EXPECT_EQ(text_at(saved, step + "/Actions/1/Condition"), "Success");
    }
    EXPECT_EQ(put(route, saved).at("Steps"), saved.at("Steps"));
}

// Reported when the process is saved, when it is published, and in the log of each run.
TEST_F(Processes, say_what_has_no_effect_yet) {
    auto const dev = environment("Dev");
    auto saved = set_steps(book, step("Go", "true", R"(,"WorkerPoolVariable":"Pool")"));
    EXPECT_EQ(text_at(saved, "/Warnings/0/Path"), "Steps[0].Actions[0].WorkerPoolVariable");
    auto& action = saved.at_pointer("/Steps/0/Actions/0").as_object();
    action["WorkerPoolVariable"] = nullptr;
    action["Properties"].as_object()["Octopus.Action.AutoRetry.MaximumCount"] = "3";
    saved = put(route, saved);
    EXPECT_EQ(at(saved, "/Warnings").as_array().size(), 1u);
    EXPECT_EQ(text_at(saved, "/Warnings/0/Path"),
              "Steps[0].Actions[0].Properties.Octopus.Action.AutoRetry.MaximumCount");
    auto const set = set_variables(shop, R"({"Name":"Octopus.Action.EnabledFeatures","Value":"A"})");
    auto warnings = at(saved, "/Warnings").as_array();
    warnings.push_back(at(set, "/Warnings/0"));
    EXPECT_EQ(at(snapshot(book, "One", true), "/Warnings"), Json(warnings));
    auto task = text_at(server.created(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})"),
                        "/0/TaskId");
    EXPECT_FALSE(server.get("/api/tasks/" + task + "/stream").body.empty()); // returns when the task has ended
    auto log = server.get("/api/tasks/" + task + "/raw").body;
    for (auto const& warning : warnings)
        EXPECT_NE(log.find(text_at(warning, "/Message")), std::string::npos) << log;
}

TEST_F(Processes, refuse_a_version_that_is_no_longer_theirs) {
    auto before = get(route);
    set_steps(book, step("Go", "true"));
    expect_refused(server.put(space + route, base::to_text(before)), 409, "the current version is 1");
    EXPECT_EQ(at(get(route), "/Steps").as_array().size(), 1u);
}

TEST_F(Processes, refuse_steps_alike_and_steps_without_actions) {
    auto process = get(route);
    process.as_object()["Steps"] =
        parsed("[" + step("Go", "true") + "," + step("gO", "true") + R"(,{"Name":"Empty","Actions":[]}])");
    auto response = server.put(space + route, base::to_text(process));
    expect_refused(response, 400, "Steps[1].Name: must be unique: another step is named 'gO'");
    expect_refused(response, 400, "Steps[2].Actions: is required");
}

TEST_F(Processes, refuse_null_in_place_of_a_step_or_an_action) {
    auto process = get(route);
    process.as_object()["Steps"] = parsed(R"([{"Name":"Go","Actions":[null]},null])");
    auto response = server.put(space + route, base::to_text(process));
    expect_refused(response, 400, "Steps[0].Actions[0]: must not be null");
    expect_refused(response, 400, "Steps[1]: must not be null");
    auto path = "projects/" + shop + "/deploymentprocesses";
    process = get(path);
    process.as_object()["Steps"] = parsed("[null]");
    expect_refused(server.put(space + path, base::to_text(process)), 400, "Steps[0]: must not be null");
}

TEST_F(Processes, refuse_an_object_that_is_no_secret_as_a_property) {
    auto process = set_steps(book, step("Go", "true"));
    for (std::string wrong : {R"({"Foo":1})", "{}", R"({"HasValue":[]})", R"({"NewValue":1})", "[1]"}) {
        process.at_pointer("/Steps/0/Actions/0/Properties").as_object()["Foo"] = parsed(wrong);
        expect_refused(server.put(space + route, base::to_text(process)), 400,
                       "Steps[0].Actions[0].Properties.Foo: must be a string or a sensitive value");
    }
}

TEST_F(Processes, stay_with_their_runbook) {
    auto process = set_steps(book, step("Go", "true"));
    process.as_object()["RunbookId"] = runbook(shop, "Other");
    expect_refused(server.put(space + route, base::to_text(process)), 400, "RunbookId: cannot be changed");
}

TEST_F(Processes, hide_secrets_in_what_is_kept_as_sent) {
    auto process = set_steps(book, step("Go", "true",
                                        R"(,"Inputs":{"login":{"user":"me","password":)"
                                        R"({"HasValue":true,"NewValue":"s3cret-input"}}})"));
    auto password = "/Steps/0/Actions/0/Inputs/login/password";
    auto hidden = parsed(R"({"HasValue":true,"NewValue":null,"Hint":null})");
    EXPECT_EQ(at(process, password), hidden);
    EXPECT_EQ(text_at(process, "/Steps/0/Actions/0/Inputs/login/user"), "me");
    EXPECT_EQ(at(put(route, process), password), hidden) << "kept";
    EXPECT_EQ(server.get(space + "events?regarding=RunbookProcess-" + book).body.find("s3cret-input"),
              std::string::npos);
    snapshot(book, "One");
    process.at_pointer("/Steps/0/Actions/0/Inputs").as_object()["never"] = hidden;
    process.as_object()["Version"] = get(route).at("Version");
    expect_refused(server.put(space + route, base::to_text(process)), 400, "has no stored value to keep");
}

TEST_F(Processes, never_show_a_sensitive_property_and_keep_it) {
    auto saved = set_steps(book, step("Go", "true"));
    auto properties = "/Steps/0/Actions/0/Properties";
    saved.at_pointer(properties).as_object()["Token"] = parsed(R"({"HasValue":true,"NewValue":"s3cret-token"})");
    auto response = server.put(space + route, base::to_text(saved));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body.find("s3cret-token"), std::string::npos);
    saved = get(route);
    EXPECT_EQ(base::to_text(at(saved, std::string(properties) + "/Token")),
              R"({"HasValue":true,"NewValue":null,"Hint":null})");
    EXPECT_EQ(server.put(space + route, base::to_text(saved)).status, 200);
    saved = get(route);
    saved.at_pointer(properties).as_object()["Other"] = parsed(R"({"HasValue":true,"NewValue":null})");
    expect_refused(server.put(space + route, base::to_text(saved)), 400, "Other");
}

TEST_F(Processes, are_read_frozen_and_cannot_be_changed_then) {
    auto live = set_steps(book, step("Go", "echo first"));
    auto id = text_at(snapshot(book, "One"), "/FrozenRunbookProcessId");
    set_steps(book, step("Other", "echo second"));
    auto frozen = get("runbookProcesses/" + id);
    EXPECT_EQ(text_at(frozen, "/Id"), id);
    EXPECT_EQ(at(frozen, "/Steps"), at(live, "/Steps"));
    EXPECT_EQ(at(frozen, "/Version"), Json(1));
    EXPECT_EQ(text_at(frozen, "/RunbookId"), book);
    EXPECT_EQ(text_at(frozen, "/Links/Self"), space + "runbookProcesses/" + id);
    EXPECT_EQ(get("projects/" + shop + "/runbookProcesses/" + id), frozen);
    EXPECT_EQ(status("projects/" + project("Bank") + "/runbookProcesses/" + id), 404);
    expect_refused(server.put(space + "runbookProcesses/" + id, base::to_text(frozen)), 400, "frozen");
    EXPECT_EQ(status("runbookProcesses/RunbookProcess-" + book + "-s-1-AAAA1"), 404);
}

TEST_F(Processes, of_deployments_are_saved_under_both_paths) {
    auto path = "projects/" + shop + "/deploymentprocesses";
    auto process = get(path);
    process.as_object()["Steps"] = parsed("[" + step("Go", "true") + "]");
    auto saved = put(path, process);
    EXPECT_EQ(at(saved, "/Version"), Json(1));
    EXPECT_EQ(get("deploymentprocesses/deploymentprocess-" + shop), saved);
    EXPECT_EQ(text_at(get("deploymentprocesses/deploymentprocess-" + shop + "/template"), "/DeploymentProcessId"),
              "deploymentprocess-" + shop);
    EXPECT_EQ(status("deploymentprocesses/deploymentprocess-Projects-99"), 404);
}

} // namespace
} // namespace stepwell::contract
