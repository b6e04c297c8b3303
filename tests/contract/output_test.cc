#include "workshop.h"

#include "base/files.h"

#include <thread>

namespace stepwell::contract {
namespace {

// Outputs of a run, and the checks when their author saves them.
class Outputs : public Workshop {
protected:
    std::string const dev = environment("Dev"), shop = project("Shop"), book = runbook(shop, "Restart");
    std::string const process = "runbookProcesses/RunbookProcess-" + book;

    Json declare(std::string const& outputs) {
        auto json = get(process);
        json.as_object()["Outputs"] = parsed("[" + outputs + "]");
        return put(process, json);
    }
    Json run(std::string const& more = {}) {
        auto made = at(
            server.created(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("])" + more + "}"),
            "/0");
        for (int i = 0; i < 1000; ++i) {
            auto task = server.json("/api/tasks/" + text_at(made, "/TaskId"));
            if (at(task, "/IsCompleted") == Json(true)) break;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return made;
    }
    Json task_of(Json const& made) { return server.json("/api/tasks/" + text_at(made, "/TaskId")); }
    std::string log_of(Json const& made) { return server.get("/api/tasks/" + text_at(made, "/TaskId") + "/raw").body; }
    Json outputs_of(Json const& made) { return get("runbookRuns/" + text_at(made, "/Id") + "/outputs"); }
    net::Response save(std::string const& body) {
        auto json = get(process);
        json.as_object()["Steps"] = parsed("[" + step("Go", body) + "]");
        return server.put(space + process, base::to_text(json));
    }
};

TEST_F(Outputs, are_told_when_a_run_has_succeeded) {
    set_variables(shop, R"({"Name":"Password","Value":"hunter2hunter2","IsSensitive":true})");
    set_steps(book, step("Go", R"(set_octopusvariable Size 12; set_octopusvariable Url http://x)"));
    declare(
        R"({"Name":"Url","Value":"#{Octopus.Action[Go].Output.Url}/#{Octopus.Environment.Name}"},)"
        R"({"Name":"Size","Type":"Number","Value":"#{Octopus.Action[Go].Output.Size}","Description":"MB"},)"
        R"({"Name":"Key","Type":"Sensitive","Value":"k#{Octopus.Action[Go].Output.Size}"},)"
        R"({"Name":"Leak","Value":"#{Password}"},{"Name":"Bad","Type":"Boolean","Value":"#{Octopus.Action[Go].Output.Size}"},)"
        R"({"Name":"None","Value":"#{Nobody}"},{"Name":"Code","Value":"#{Octopus.Action[Go].Output.Octopus.Action.Script.ExitCode}"})");
    snapshot(book, "One", true);
    auto made = run();
    EXPECT_EQ(text_at(task_of(made), "/State"), "Success") << log_of(made);
    EXPECT_EQ(at(task_of(made), "/HasWarningsOrErrors"), Json(true)) << "an output is wrong";
    auto answer = outputs_of(made);
    EXPECT_EQ(base::to_text(answer).find("hunter2"), std::string::npos);
    EXPECT_EQ(text_at(answer, "/Outputs/0/Value"), "http://x/Dev");
    EXPECT_EQ(at(answer, "/Outputs/1/Value"), Json(12));
    EXPECT_EQ(text_at(answer, "/Outputs/1/Description"), "MB");
    for (auto secret : {"/Outputs/2", "/Outputs/3"}) {
        EXPECT_TRUE(at(answer, std::string(secret) + "/Value").is_null());
        EXPECT_EQ(at(answer, std::string(secret) + "/IsSensitive"), Json(true));
    }
    EXPECT_EQ(text_at(answer, "/Outputs/4/Problem"), "it is neither True nor False");
    EXPECT_NE(text_at(answer, "/Outputs/5/Problem").find("#{Nobody}"), std::string::npos);
    EXPECT_EQ(text_at(answer, "/Outputs/6/Value"), "0");
    EXPECT_EQ(at(server.json("/api/tasks/" + text_at(made, "/TaskId") + "/details"), "/Outputs"),
              at(answer, "/Outputs"));
    server.restart();
    EXPECT_EQ(outputs_of(made), answer);
    EXPECT_EQ(server.del(space + "runbookRuns/" + text_at(made, "/Id")).status, 200);
    EXPECT_EQ(status("runbookRuns/" + text_at(made, "/Id") + "/outputs"), 404);
}

TEST_F(Outputs, are_frozen_and_kept_by_clients_that_do_not_know_them) {
    set_steps(book, step("Go", "true"));
    declare(R"({"Name":"Which","Value":"then"})");
    snapshot(book, "One", true);
    auto steps_alone = get(process);
    steps_alone.as_object().erase("Outputs");
    EXPECT_EQ(text_at(put(process, steps_alone), "/Outputs/0/Name"), "Which");
    declare(R"({"Name":"Which","Value":"now"})");
    EXPECT_EQ(text_at(outputs_of(run()), "/Outputs/0/Value"), "then");
    EXPECT_EQ(at(declare(""), "/Outputs"), parsed("[]"));
    auto frozen = text_at(get("runbookSnapshots"), "/Items/0/FrozenRunbookProcessId");
    EXPECT_EQ(text_at(get("runbookProcesses/" + frozen), "/Outputs/0/Value"), "then");
}

TEST_F(Outputs, that_are_sensitive_are_read_by_later_steps_and_shown_to_nobody) {
    std::string const secret = "tok-15-9f3a7c1e%"; // occurs in no script
    set_steps(book, step("Make", R"(set_octopusvariable Token \"tok-$((3 * 5))-9f3a7c1e%\" -sensitive)") + "," +
                        step("Use", R"(token=$(get_octopusvariable 'Octopus.Action[Make].Output.Token'); echo \"it is )"
                                    R"($token, #{Octopus.Action[Make].Output.Token}\"; )"
                                    R"([ \"$token\" = \"tok-$((10 + 5))-9f3a7c1e%\" ])"));
    declare(R"({"Name":"Token","Type":"Sensitive","Value":"#{Octopus.Action[Make].Output.Token}"},)"
            R"({"Name":"Plain","Value":"Bearer #{Octopus.Action[Make].Output.Token}"},)"
            R"({"Name":"Count","Type":"Number","Value":"#{Octopus.Action[Make].Output.Token}"},)"
            R"({"Name":"Major","Value":"#{Octopus.Action[Make].Output.Token | VersionMajor}"})");
    snapshot(book, "One", true);
    auto made = run();
    EXPECT_EQ(text_at(task_of(made), "/State"), "Success") << log_of(made);
    EXPECT_NE(log_of(made).find("it is ********, ********"), std::string::npos) << log_of(made);
    auto outputs = at(outputs_of(made), "/Outputs").as_array();
    ASSERT_EQ(outputs.size(), 4u);
    for (auto const& output : outputs) {
        EXPECT_TRUE(output.at("Value").is_null()) << output;
        EXPECT_EQ(output.at("IsSensitive"), Json(true)) << output;
    }
    EXPECT_FALSE(text_at(outputs[3], "/Problem").empty());
    server.restart();
    auto const task = "/api/tasks/" + text_at(made, "/TaskId"), id = space + "runbookRuns/" + text_at(made, "/Id");
    for (auto const& route : {task, task + "/details", task + "/raw", task + "/output?step=1", task + "/output?step=2",
                              task + "/lines?step=2", id, id + "/outputs", id + "/variables", id + "/variables/explain",
                              id + "/variables/explain?action=Use", space + "runbookRuns", space + "events?take=1000",
                              std::string("/api/events?take=1000"), std::string("/api/tasks")}) {
        auto response = server.get(route);
        EXPECT_EQ(response.status, 200) << route << response.body;
        EXPECT_EQ(response.body.find(secret), std::string::npos) << route;
    }
    for (auto const& file : std::filesystem::recursive_directory_iterator(server.folder()))
        if (file.is_regular_file())
            EXPECT_EQ(base::read_file(file.path()).value_or("").find(secret), std::string::npos) << file.path();
}

TEST_F(Outputs, may_be_any_bytes) {
    set_steps(book, step("Go", R"(set_octopusvariable Bin \"$(printf 'a\\xff\\xfeb')\"; )"
                               R"(set_octopusvariable \"$(printf 'n\\xff')\" x)"));
    declare(R"({"Name":"Bin","Value":"#{Octopus.Action[Go].Output.Bin}"})");
    snapshot(book, "One", true);
    auto made = run();
    EXPECT_EQ(text_at(task_of(made), "/State"), "Success") << log_of(made);
    EXPECT_TRUE(text_at(outputs_of(made), "/Outputs/0/Value").starts_with("a\xef\xbf\xbd"));
}

TEST_F(Outputs, and_all_that_a_secret_went_into_stay_hidden) {
    set_variables(shop, R"({"Name":"Login","Value":"{\"pw\":\"Hj5-inner-json\",\"on\":\"True\"}","IsSensitive":true},)"
                        R"({"Name":"Url","Value":"x://#{Login.pw}@y"},{"Name":"Pad","Value":" spaced-secret-9 ",)"
                        R"("IsSensitive":true},{"Name":"Has","Value":"#{if Login}True#{/if}"})");
    set_steps(book,
              step("Go", R"(echo \"#{Login.pw}\"; get_octopusvariable Url; echo; echo $(get_octopusvariable Pad); )"
                         R"(set_octopusvariable J \"#{Login.pw}\"; echo \"has $(get_octopusvariable Has)\")"));
    declare(R"({"Name":"J","Value":"#{Octopus.Action[Go].Output.J}"})");
    snapshot(book, "One", true);
    auto made = run();
    EXPECT_EQ(text_at(task_of(made), "/State"), "Success") << log_of(made);
    for (auto secret : {"Hj5-inner", "spaced-secret"})
        EXPECT_EQ(log_of(made).find(secret), std::string::npos) << secret;
    EXPECT_NE(log_of(made).find("has True"), std::string::npos) << log_of(made);
    EXPECT_TRUE(at(outputs_of(made), "/Outputs/0/Value").is_null());
}

TEST_F(Outputs, of_a_run_that_failed_are_none) {
    set_steps(book, step("Go", "exit 3"));
    declare(R"({"Name":"Which","Value":"x"})");
    snapshot(book, "One", true);
    EXPECT_EQ(at(outputs_of(run()), "/Outputs"), parsed("[]"));
}

TEST_F(Outputs, that_cannot_be_evaluated_are_refused_when_they_are_saved) {
    auto json = get(process);
    json.as_object()["Outputs"] = parsed(R"([{"Name":"A","Value":"#{"},{"Name":"a","Value":"x"},{"Name":"B"}])");
    auto response = server.put(space + process, base::to_text(json));
    for (auto path : {"Outputs[0].Value", "Outputs[1].Name", "Outputs[2].Value"}) expect_refused(response, 400, path);
}

class Inputs : public Outputs {};

TEST_F(Inputs, that_become_part_of_a_script_are_told_and_refused_where_it_is_strict) {
    set_variables(shop, R"({"Name":"Reason","Value":"","Prompt":{}})");
    auto warned = parsed(save("echo #{Reason}").body);
    EXPECT_EQ(text_at(warned, "/Warnings/0/Path"), "Steps[0].Actions[0].Properties.Octopus.Action.Script.ScriptBody");
    EXPECT_FALSE(parsed(save("true").body).as_object().contains("Warnings"));
    save("echo #{Reason}");
    snapshot(book, "One", true);
    EXPECT_EQ(text_at(task_of(run()), "/State"), "Success");
    auto strict = get("runbooks/" + book);
    EXPECT_EQ(at(strict, "/StrictInputs"), Json(false));
    strict.as_object()["StrictInputs"] = true;
    put("runbooks/" + book, strict);
    expect_refused(save("echo #{Reason}"), 400, "The step 'Go' inserts the answer to the prompt 'Reason'");
    expect_refused(server.post(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})"), 400,
                   "'Reason'");
    EXPECT_EQ(save(R"(echo \"$(get_octopusvariable Reason)\")").status, 200);
    snapshot(book, "Two", true);
    EXPECT_NE(log_of(run(R"(,"FormValues":{"Reason":"why not"})")).find("why not"), std::string::npos);
}

TEST_F(Inputs, are_kept_from_every_part_of_a_script) {
    set_variables(shop, R"({"Name":"In","Value":"d","Prompt":{}})");
    auto runbook = get("runbooks/" + book);
    runbook.as_object()["StrictInputs"] = true;
    put("runbooks/" + book, runbook);
    for (auto member : {"StrictInputs", "OneAtATime"}) runbook.as_object().erase(member);
    EXPECT_EQ(at(put("runbooks/" + book, runbook), "/StrictInputs"), Json(true)) << "a client may not know it";
    auto refused = [&](std::string const& properties) {
        auto json = get(process);
        json.as_object()["Steps"] =
            parsed(R"([{"Name":"Go","Actions":[{"Name":"Go","ActionType":"Octopus.Script","Properties":{)" +
                   properties + "}}]}]");
        return server.put(space + process, base::to_text(json)).status == 400;
    };
    EXPECT_TRUE(
        refused(R"("Octopus.Action.Script.ScriptBody":"f","Octopus.Action.Script.ScriptParameters":"-x #{In}")"));
    EXPECT_TRUE(refused(R"("Octopus.Action.Script.ScriptBody":"f","Octopus.Action.Script.Syntax":"#{In}")"));
    EXPECT_TRUE(refused(R"("Octopus.Action.Script.ScriptBody":"echo #{Octopus.Deployment.Comments}")"));
    EXPECT_FALSE(refused(R"("Octopus.Action.Script.ScriptBody":"get_octopusvariable In")"));
    auto module = create("libraryvariablesets", R"({"Name":"M","ContentType":"ScriptModule"})");
    set_variables(module, R"({"Name":"Octopus.Script.Module[M]","Value":"f() { echo #{In}; }"},)"
                          R"({"Name":"Octopus.Script.Module.Language[M]","Value":"Bash"})");
    auto document = get("projects/" + shop);
    document.as_object()["IncludedLibraryVariableSetIds"] = boost::json::array{boost::json::value(module)};
    put("projects/" + shop, document);
    EXPECT_TRUE(refused(R"("Octopus.Action.Script.ScriptBody":"f")"));
}

// Through all elements of a list, names in shortened form, and members of JSON: cases that the check of texts may miss.
TEST_F(Inputs, come_into_a_script_by_no_detour_where_it_is_strict) {
    auto runbook = get("runbooks/" + book);
    runbook.as_object()["StrictInputs"] = true;
    put("runbooks/" + book, runbook);
    std::string const ask = R"({"Name":"Ask","Value":"d","Prompt":{}})";
    std::vector<std::pair<std::string, std::string>> const detours{
        {ask + R"(,{"Name":"Cfg[web].Arg","Value":"#{Ask}"})", "#{Cfg[*].Arg}"},
        {ask + R"(,{"Name":"Map[a]","Value":"#{Ask}"},{"Name":"Deep","Value":"#{Map[*]}"})", "#{Deep}"},
        {R"({"Name":"L[x].v","Value":"d","Prompt":{}})", "#{L[*].v}"},
        {R"({"Name":"Foo,Bar","Value":"d","Prompt":{}})", "#{Foo}"},
        {ask + R"(,{"Name":"T2?","Value":"#{Ask}"})", "#{T2}"},
        {ask + R"(,{"Name":"JJ","Value":"{\"a\":\"##{Ask}\"}"})", "#{JJ.a}"},
        {ask + R"(,{"Name":"Which","Value":"Ask"})", "#{each v in Octopus}#{/each}#{Map[#{Which}]}#{Ask | ToUpper}"},
    };
    for (auto const& [variables, script] : detours) {
        save("true");
        set_variables(shop, variables);
        auto saved = save("echo " + script);
        EXPECT_EQ(saved.status, 400) << script << " is seen when it is saved";
    }
}

TEST_F(Inputs, and_variables_are_printed_when_somebody_asks) {
    set_variables(shop, R"({"Name":"Url","Value":"x/#{Host}"},{"Name":"Host","Value":"##octopus[stdout-error]db"},)"
                        R"({"Name":"Password","Value":"abc","IsSensitive":true})");
    for (std::string syntax : {"Bash", "Python"}) {
        auto json = parsed("[" + step("Go", syntax == "Bash" ? "echo hello" : "print('hello')") + "]");
        json.at(0).at("Actions").at(0).at("Properties").as_object()["Octopus.Action.Script.Syntax"] = syntax;
        set_steps(book, base::to_text(json.at(0)));
        snapshot(book, syntax, true);
        EXPECT_EQ(log_of(run()).find("[Url]"), std::string::npos);
        auto made = run(R"(,"DebugMode":"True")");
        auto log = log_of(made);
        EXPECT_EQ(text_at(task_of(made), "/State"), "Success") << log;
        for (auto line :
             {"[Url] = 'x/#{Host}'", "[Url] = 'x/##octopus [stdout-error]db'", "[Password] = '********'", "hello"})
            EXPECT_NE(log.find(line), std::string::npos) << line << "\n" << log;
        EXPECT_EQ(log.find("'abc'"), std::string::npos);
    }
}

TEST_F(Inputs, that_are_missing_fail_a_step_that_wants_every_token_filled_in) {
    set_variables(shop, R"({"Name":"OctopusShouldFailDeploymentOnSubstitutionFails","Value":"True"})");
    set_steps(book, step("Go", "echo #{Nobody}"));
    snapshot(book, "One", true);
    auto made = run();
    EXPECT_EQ(text_at(task_of(made), "/State"), "Failed");
    EXPECT_NE(text_at(task_of(made), "/ErrorMessage").find("#{Nobody}"), std::string::npos);
}

} // namespace
} // namespace stepwell::contract
