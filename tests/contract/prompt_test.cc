#include "workshop.h"

#include "base/clock.h"

#include <fstream>
#include <thread>

namespace stepwell::contract {
namespace {

// Prompts, from the form to the script that reads the answers.
class Prompted : public Workshop {
protected:
    std::string const dev = environment("Dev"), prod = environment("Prod");
    std::string const shop = project("Shop"), book = runbook(shop, "Restart");
    static constexpr std::string_view prompts =
        R"({"Id":"p-host","Name":"Host","Value":"db-#{Octopus.Environment.Name}","Prompt":{"Label":"Which host?","Required":true}},)"
        R"({"Id":"p-size","Name":"Size","Value":"","Prompt":{"Label":"How much?","DisplaySettings":{"Stepwell.Kind":"Number","Stepwell.Maximum":"9","Stepwell.Order":"1"}}},)"
        R"({"Id":"p-mode","Name":"Mode","Value":"fast","Prompt":{"DisplaySettings":{"Octopus.ControlType":"Select","Octopus.SelectOptions":"fast|Fast\nslow|Slow"}}},)"
        R"({"Id":"p-where","Name":"Where","Value":"","Prompt":{"DisplaySettings":{"Stepwell.Kind":"Environment","Stepwell.Group":"Target"}}},)"
        R"({"Id":"p-pin","Name":"Pin","Value":null,"IsSensitive":true,"Prompt":{"DisplaySettings":{"Octopus.ControlType":"Sensitive"}}})";

    void publish(std::string const& body = "true") {
        set_variables(shop, std::string(prompts));
        set_steps(book, step("Go", body));
        snapshot(book, "One", true);
    }
    net::Response post_run(std::string const& answers) {
        return server.post(space + "runbookRuns", R"({"RunbookId":")" + book + R"(","EnvironmentId":")" + dev +
                                                      R"(","FormValues":)" + answers + "}");
    }
    net::Response post_all(std::string const& answers) {
        return server.post(space + "runbooks/" + book + "/run",
                           R"({"EnvironmentIds":[")" + dev + R"(",")" + prod + R"("],"FormValues":)" + answers + "}");
    }
    net::Response post_by_name(std::string const& answers) {
        return server.post(space + "runbook-runs/create/v1",
                           R"({"projectName":"Shop","runbookName":"Restart","environmentNames":["Dev"],"variables":)" +
                               answers + "}");
    }
    Json wait_for(std::string const& task_id) {
        for (int i = 0; i < 1000; ++i) {
            auto task = server.json("/api/tasks/" + task_id);
            if (at(task, "/IsCompleted") == Json(true)) return task;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        ADD_FAILURE() << server.get("/api/tasks/" + task_id).body;
        return {};
    }
    std::string log_of(std::string const& task_id) { return server.get("/api/tasks/" + task_id + "/raw").body; }
    // Expects that no file of the server contains the text.
    void expect_nowhere(std::string const& text) {
        for (auto const& file : std::filesystem::recursive_directory_iterator(server.folder())) {
            if (!file.is_regular_file()) continue;
            std::ifstream stream(file.path(), std::ios::binary);
            std::string bytes(std::istreambuf_iterator<char>(stream), {});
            EXPECT_EQ(bytes.find(text), std::string::npos) << file.path();
        }
    }
};

TEST_F(Prompted, answers_are_checked_on_every_way_in) {
    publish();
    std::string const bad = R"({"Size":"10","Mode":"Fast","Where":"Moon","Hots":"x"})";
    for (auto const& [response, member] :
         {std::pair{post_run(bad), "FormValues"}, {post_all(bad), "FormValues"}, {post_by_name(bad), "Variables"}}) {
        EXPECT_EQ(response.status, 400);
        std::string const path = member;
        EXPECT_EQ(at(parsed(response.body), "/Errors"),
                  parsed(R"([")" + path + R"(.Size: How much?: '10' is greater than 9",")" + path +
                         R"(.Mode: 'Fast' is not one of the options: fast, slow",")" + path +
                         R"(.Where: 'Moon' is not a valid environment: Dev, Prod",")" + path +
                         R"(.Hots: is not a prompt of this run; prompts: Size, Mode, Pin, Where, Host"])"))
            << response.body;
    }
    EXPECT_EQ(at(get("runbookRuns"), "/TotalResults"), Json(0));
}

// Each body has different names for the same members.
TEST_F(Prompted, problems_are_named_by_where_they_are_in_the_body_that_was_sent) {
    publish();
    auto errors = [&](std::string const& route, std::string const& body) {
        auto response = server.post(space + route, body);
        EXPECT_EQ(response.status, 400) << body << response.body;
        auto first = text_at(parsed(response.body), "/Errors/0");
        return first.substr(0, first.find(": "));
    };
    auto one = [&](std::string const& more) {
        return errors("runbookRuns", R"({"RunbookId":")" + book + R"(","EnvironmentId":")" + dev + "\"," + more + "}");
    };
    auto several = [&](std::string const& more) {
        return errors("runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("],)" + more + "}");
    };
    auto by_name = [&](std::string const& more) {
        return errors("runbook-runs/create/v1",
                      R"({"projectName":"Shop","runbookName":"Restart","environmentNames":["Dev"],)" + more + "}");
    };
    EXPECT_EQ(one(R"("FormValues":{"Size":[]})"), "FormValues.Size");
    EXPECT_EQ(several(R"("FormValues":{"Size":[]})"), "FormValues.Size");
    EXPECT_EQ(by_name(R"("variables":{"Size":[]})"), "Variables.Size");
    EXPECT_EQ(one(R"("RunbookSnapshotId":"Nine")"), "RunbookSnapshotId");
    EXPECT_EQ(several(R"("RunbookSnapshotNameOrId":"Nine")"), "RunbookSnapshotNameOrId");
    EXPECT_EQ(by_name(R"("snapshot":"Nine")"), "Snapshot");
    EXPECT_EQ(one(R"("SkipActions":["Go","Stop"])"), "SkipActions[1]");
    EXPECT_EQ(several(R"("ExcludedMachineIds":["x"])"), "ExcludedMachineIds[0]");
    EXPECT_EQ(by_name(R"("skipStepNames":["Stop"])"), "SkipStepNames[0]");
    EXPECT_EQ(by_name(R"("excludedMachineNames":["x"])"), "ExcludedMachineNames[0]");
    EXPECT_EQ(several(R"("QueueTimeExpiry":"2001-01-01T00:00:00Z")"), "QueueTimeExpiry");
    EXPECT_EQ(several(R"("QueueTime":"2001-01-01T00:00:00Z","QueueTimeExpiry":"2001-01-02T00:00:00Z")"), "QueueTime");
    EXPECT_EQ(by_name(R"("runAt":"2001-01-01T00:00:00Z","noRunAfter":"2001-01-02T00:00:00Z")"), "RunAt");
    EXPECT_EQ(several(R"("QueueTime":"2001-01-01T00:00:00Z","QueueTimeExpiry":"2000-01-01T00:00:00Z")"), "QueueTime");
    EXPECT_EQ(by_name(R"("noRunAfter":"2001-01-01T00:00:00Z")"), "NoRunAfter");
    EXPECT_EQ(errors("runbookRuns", R"({"RunbookId":")" + book + R"(","EnvironmentId":"Moon"})"), "EnvironmentId");
    EXPECT_EQ(errors("runbooks/" + book + "/run", R"({"EnvironmentId":"Moon"})"), "EnvironmentId");
    EXPECT_EQ(errors("runbooks/" + book + "/run", R"({"EnvironmentIds":["Dev","Moon"]})"), "EnvironmentIds[1]");
    EXPECT_EQ(errors("runbooks/" + book + "/run", R"({"EnvironmentIds":["Dev",null]})"), "EnvironmentIds[1]");
    EXPECT_EQ(errors("runbooks/" + book + "/run", "{}"), "EnvironmentIds");
    EXPECT_EQ(errors("runbook-runs/create/v1",
                     R"({"projectName":"Shop","runbookName":"Restart","environmentNames":["Dev","Moon"]})"),
              "EnvironmentNames[1]");
}

TEST_F(Prompted, nothing_is_no_choice_and_what_is_picked_has_its_own_name) {
    set_variables(shop,
                  R"({"Name":"Mode","Value":"fast","Prompt":{"DisplaySettings":{"Octopus.ControlType":"Select",)"
                  R"("Octopus.SelectOptions":"fast|Fast\nslow|Slow"}}},)"
                  R"({"Name":"Dry","Value":"False","Prompt":{"DisplaySettings":{"Octopus.ControlType":"Checkbox"}}},)"
                  R"({"Name":"Size","Value":"1","Prompt":{"DisplaySettings":{"Stepwell.Kind":"Number"}}},)"
                  R"({"Name":"Text","Value":"t","Prompt":{}},)"
                  R"({"Name":"Where","Value":"","Prompt":{"DisplaySettings":{"Stepwell.Kind":"Environment"}}})");
    set_steps(book, step("Go", "echo #{Mode}/#{Dry}/#{Size}/#{Text}/#{Where}/"));
    snapshot(book, "One", true);
    auto made = parsed(post_run(R"({"Mode":"","Dry":"","Size":" ","Text":"","Where":"pROD"})").body);
    auto task = text_at(made, "/TaskId");
    EXPECT_EQ(text_at(wait_for(task), "/State"), "Success");
    EXPECT_NE(log_of(task).find("fast/False/1//Prod/"), std::string::npos) << log_of(task);
}

TEST_F(Prompted, forms_show_defaults_and_constraints) {
    publish();
    for (auto const& route :
         {"runbooks/" + book, "runbookSnapshots/" + text_at(get("runbooks/" + book), "/PublishedRunbookSnapshotId")}) {
        auto form = at(get(route + "/runbookRuns/preview/" + prod), "/Form");
        EXPECT_EQ(base::to_text(form.at("Values")),
                  R"({"p-size":"","p-mode":"fast","p-pin":null,"p-where":"","p-host":"db-Prod"})");
        EXPECT_EQ(text_at(form, "/Elements/0/Control/DisplaySettings/Stepwell.Maximum"), "9");
        auto where = at(form, "/Elements/3/Control/DisplaySettings");
        EXPECT_EQ(text_at(where, "/Octopus.ControlType"), "Select");
        EXPECT_EQ(text_at(where, "/Octopus.SelectOptions"), "Dev\nProd");
        EXPECT_EQ(text_at(where, "/Stepwell.Group"), "Target");
    }
}

TEST_F(Prompted, answers_are_kept_by_element_and_literal) {
    publish(R"(echo \"$(get_octopusvariable Host) $(get_octopusvariable Mode)\")");
    auto run = parsed(post_run(R"({"host":"#{Mode}!","p-size":"3"})").body);
    EXPECT_EQ(base::to_text(at(run, "/FormValues")), R"({"p-size":"3","p-host":"#{Mode}!"})");
    EXPECT_EQ(text_at(wait_for(text_at(run, "/TaskId")), "/State"), "Success");
    EXPECT_NE(log_of(text_at(run, "/TaskId")).find("#{Mode}! fast"), std::string::npos);
    EXPECT_EQ(at(get("runbookRuns/" + text_at(run, "/Id")), "/FormValues"), at(run, "/FormValues"));
}

TEST_F(Prompted, a_default_takes_the_place_of_an_answer) {
    publish(R"(echo \"host $(get_octopusvariable Host)\")");
    auto runs = parsed(post_all(R"({"Host":" "})").body);
    for (auto [place, name] : {std::pair{"/0", "host db-Dev"}, {"/1", "host db-Prod"}}) {
        auto task = text_at(at(runs, place), "/TaskId");
        EXPECT_EQ(text_at(wait_for(task), "/State"), "Success");
        EXPECT_NE(log_of(task).find(name), std::string::npos);
    }
    set_variables(shop, R"({"Name":"Host","Value":"","Prompt":{"Label":"Which?","Required":true}})");
    snapshot(book, "Two", true);
    expect_refused(post_by_name(R"({"HOST":"  "})"), 400, "Variables.HOST: Which?: is required");
    expect_refused(post_by_name("{}"), 400, "Variables.Host: Which?: is required");
}

TEST_F(Prompted, defaults_that_are_no_answers_are_told_to_authors_and_refused_when_they_count) {
    auto const prompt = [](std::string const& usual) {
        return R"({"Id":"p","Name":"Size","Value":")" + usual +
               R"(","Prompt":{"Label":"How much?","DisplaySettings":{"Stepwell.Kind":"Number","Stepwell.Maximum":"9.50"}}},)" +
               R"({"Name":"Usual","Value":"9.5#{Octopus.Environment.Name | Replace \"Dev\" \"1\"}"})";
    };
    auto saved = set_variables(shop, prompt("9.60"));
    EXPECT_EQ(text_at(saved, "/Warnings/0/Path"), "Variables[0].Value");
    EXPECT_EQ(text_at(saved, "/Warnings/0/Message"),
              "the prompt 'Size': its default is not a valid answer: '9.60' is greater than 9.50");
    set_steps(book, step("Go", "true"));
    EXPECT_EQ(text_at(snapshot(book, "One", true), "/Warnings/0/Path"), "Variables[0].Value");
    for (auto const& [response, path] :
         {std::pair{post_run("{}"), "FormValues"}, {post_all("{}"), "FormValues"}, {post_by_name("{}"), "Variables"}})
        expect_refused(response, 400,
                       std::string(path) +
                           ".Size: How much?: its default is not a valid answer: '9.60' is greater than 9.50");
    EXPECT_EQ(post_run(R"({"Size":"9"})").status, 201);
    EXPECT_FALSE(set_variables(shop, prompt("#{Usual}")).as_object().contains("Warnings"));
    snapshot(book, "Two", true);
    expect_refused(post_run("{}"), 400, "its default is not a valid answer: '9.51' is greater than 9.50");
    EXPECT_EQ(post_run(R"({"Size":"9"})").status, 201);
}

TEST_F(Prompted, come_from_the_snapshot_that_runs) {
    publish();
    set_variables(shop, R"({"Name":"New","Value":"","Prompt":{"Required":true}})");
    EXPECT_EQ(post_run(R"({"Mode":"slow"})").status, 201);
    expect_refused(post_run(R"({"New":"x"})"), 400, "FormValues.New: is not a prompt of this run");
}

TEST_F(Prompted, one_place_may_ask_for_what_another_does_not) {
    set_variables(shop, R"({"Id":"p","Name":"Reason","Value":"","Prompt":{"Required":true},"Scope":{"Environment":[")" +
                            prod + R"("]}})");
    set_steps(book, step("Go", "true"));
    snapshot(book, "One", true);
    expect_refused(post_all("{}"), 400, "FormValues.Reason: is required");
    expect_refused(post_run(R"({"Reason":"x"})"), 400, "FormValues.Reason: is not a prompt of this run");
    auto runs = parsed(post_all(R"({"Reason":"x"})").body);
    EXPECT_EQ(base::to_text(at(runs, "/0/FormValues")), "{}");
    EXPECT_EQ(base::to_text(at(runs, "/1/FormValues")), R"({"p":"x"})");
}

TEST_F(Prompted, sensitive_answers_reach_the_script_and_nobody_else) {
    std::string const pin = "hunter2-hunter2";
    publish(R"(p=$(get_octopusvariable Pin); echo \"it is $p\"; [ \"$p\" = hunter''2-hunter2 ])");
    auto response = post_run(R"({"Pin":")" + pin + R"("})");
    EXPECT_EQ(response.body.find(pin), std::string::npos);
    auto run = parsed(response.body);
    EXPECT_EQ(base::to_text(at(run, "/FormValues")), "{}");
    EXPECT_EQ(at(run, "/SensitiveFormValues/p-pin/HasValue"), Json(true));
    auto task = text_at(run, "/TaskId");
    EXPECT_EQ(text_at(wait_for(task), "/State"), "Success") << log_of(task);
    EXPECT_NE(log_of(task).find("it is ********"), std::string::npos) << log_of(task);
    for (auto const& route : {"runbookRuns/" + text_at(run, "/Id"), std::string("runbookRuns"), std::string("events")})
        EXPECT_EQ(server.get(space + route).body.find(pin), std::string::npos) << route;
    expect_nowhere(pin);
}

TEST_F(Prompted, sensitive_answers_outlive_the_server_and_go_with_the_run) {
    std::string const pin = "hunter2-hunter2";
    publish(R"([ \"$(get_octopusvariable Pin)\" = hunter''2-hunter2 ])");
    auto later =
        base::to_text(std::chrono::floor<base::Duration>(std::chrono::system_clock::now()) + std::chrono::seconds(3));
    auto run = parsed(server
                          .post(space + "runbookRuns", R"({"RunbookId":")" + book + R"(","EnvironmentId":")" + dev +
                                                           R"(","QueueTime":")" + later +
                                                           R"(","FormValues":{"p-pin":")" + pin + R"("}})")
                          .body);
    server.restart();
    auto first = wait_for(text_at(run, "/TaskId"));
    EXPECT_EQ(text_at(first, "/State"), "Success") << log_of(text_at(run, "/TaskId"));
    auto again = server.created("/api/tasks/rerun/" + text_at(run, "/TaskId"), "");
    EXPECT_EQ(text_at(wait_for(text_at(again, "/Id")), "/State"), "Success");
    EXPECT_EQ(server.del(space + "runbookRuns/" + text_at(run, "/Id")).status, 200);
    EXPECT_EQ(status("runbookRuns/" + text_at(run, "/Id")), 404);
    expect_nowhere(pin);
}

TEST_F(Prompted, that_cannot_be_answered_are_refused_when_they_are_saved) {
    expect_refused(
        server.put(space + "variables/variableset-" + shop,
                   R"({"Variables":[{"Name":"A","Prompt":{"DisplaySettings":{"Octopus.ControlType":"Select"}}}]})"),
        400, "Variables[0].Prompt.DisplaySettings.Octopus.SelectOptions: ");
}

} // namespace
} // namespace stepwell::contract
