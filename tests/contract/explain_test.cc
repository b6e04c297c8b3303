#include "workshop.h"

#include <thread>

namespace stepwell::contract {
namespace {

// Scopes and their explanations.
class Scopes : public Workshop {
protected:
    std::string const dev = environment("Dev"), prod = environment("Prod");
    std::string const shop = project("Shop"), book = runbook(shop, "Restart"), other = runbook(shop, "Back up");

    static Json variable(Json const& answer, std::string const& name) {
        for (auto const& each : answer.at("Variables").as_array())
            if (text_at(each, "/Name") == name) return each;
        ADD_FAILURE() << "no " << name << " in " << answer;
        return {};
    }
    std::string finish(std::string const& runbook_id, std::string const& environment_id) {
        auto run = at(server.created(space + "runbooks/" + runbook_id + "/run",
                                     R"({"EnvironmentIds":[")" + environment_id + R"("]})"),
                      "/0");
        auto task = text_at(run, "/TaskId");
        for (int i = 0; i < 1000; ++i) {
            if (at(server.json("/api/tasks/" + task), "/IsCompleted") == Json(true)) break;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return server.get("/api/tasks/" + task + "/raw").body;
    }
    std::string action_of(std::string const& process) { return text_at(get(process), "/Steps/0/Actions/0/Id"); }
    static std::string scoped(std::string const& dimension, std::string const& ids) {
        return R"(,"Scope":{")" + dimension + R"(":[)" + ids + "]}";
    }
};

TEST_F(Scopes, of_a_run_are_explained_when_its_environment_is_gone) {
    set_variables(shop, R"({"Name":"Host","Value":"db-#{Octopus.Environment.Name}"},{"Name":"Host","Value":"mine")" +
                            scoped("ProcessOwner", '"' + other + '"') + "}");
    set_steps(book, step("Go", "true"));
    snapshot(book, "One", true);
    finish(book, dev);
    auto const run = text_at(get("runbookRuns"), "/Items/0/Id");
    EXPECT_EQ(text_at(get("runbookRuns/" + run), "/EnvironmentName"), "Dev");
    EXPECT_EQ(server.del(space + "environments/" + dev).status, 200);
    EXPECT_EQ(text_at(variable(get("runbookRuns/" + run + "/variables/explain"), "Host"), "/Winner/Value"), "db-Dev");
    EXPECT_EQ(server.del(space + "runbooks/" + book).status, 200);
    auto const message = audit_of(book).front();
    EXPECT_NE(message.find("1 runbook run, 1 task with logs"), std::string::npos) << message;
}

TEST_F(Scopes, are_explained_with_names_and_without_secrets) {
    set_variables(shop,
                  R"({"Id":"v1","Name":"Host","Value":"db-#{Octopus.Environment.Name}"},)"
                  R"({"Id":"v2","Name":"Host","Value":"db-prod")" +
                      scoped("Environment", '"' + prod + '"') + R"(},{"Id":"v3","Name":"Host","Value":"mine")" +
                      scoped("ProcessOwner", '"' + book + '"') +
                      R"(},{"Id":"v4","Name":"Password","Value":"hunter2hunter2","IsSensitive":true},)"
                      R"({"Id":"v5","Name":"Url","Value":"x:#{Password}"},{"Id":"v6","Name":"Twice","Value":"1"},)"
                      R"({"Id":"v7","Name":"twice","Value":"2"},{"Name":"Never","Value":null,"IsSensitive":true})");
    auto query = "variables/explain?project=" + shop + "&environment=" + prod;
    EXPECT_EQ(server.get(space + query).body.find("hunter2hunter2"), std::string::npos);
    auto answer = get(query + "&runbook=" + book);
    auto host = variable(answer, "Host");
    EXPECT_EQ(text_at(host, "/Winner/VariableId"), "v2");
    EXPECT_EQ(text_at(host, "/Winner/Value"), "db-prod");
    EXPECT_EQ(text_at(host, "/Winner/Reason"), "scoped to Environment 'Prod'");
    EXPECT_EQ(text_at(host, "/Losers/0/Reason"), "the value scoped to Environment 'Prod' is more specific");
    EXPECT_EQ(text_at(host, "/Losers/0/Value"), "db-#{Octopus.Environment.Name}");
    EXPECT_EQ(text_at(host, "/Losers/1/Source"), "project variables");
    auto elsewhere = variable(get("variables/explain?project=" + shop + "&environment=" + dev), "Host");
    EXPECT_EQ(text_at(elsewhere, "/Winner/Value"), "db-Dev");
    EXPECT_EQ(text_at(elsewhere, "/Losers/1/Reason"), "scoped to ProcessOwner 'Restart', which does not match");
    for (auto name : {"Password", "Url", "Never"}) {
        EXPECT_TRUE(variable(answer, name).at("Winner").at("Value").is_null()) << name;
        EXPECT_EQ(at(variable(answer, name), "/Winner/IsSensitive"), Json(true)) << name;
    }
    EXPECT_EQ(at(answer, "/Ties"), parsed(R"(["Twice"])"));
    expect_refused(server.get(space + "variables/explain?project=Projects-99"), 400, "Projects-99");
    expect_refused(server.get(space + "variables/explain"), 400, "project");
}

TEST_F(Scopes, of_steps_and_processes_may_be_several) {
    auto deployment = get("projects/" + shop + "/deploymentprocesses");
    deployment.as_object()["Steps"] = parsed("[" + step("Deploy", "true") + "]");
    put("projects/" + shop + "/deploymentprocesses", deployment);
    for (auto const& id : {book, other})
        set_steps(id,
                  step("Go", R"(echo \"step=$(get_octopusvariable Step) process=$(get_octopusvariable Process)\")") +
                      "," + step("After", R"(echo \"after=$(get_octopusvariable Step)\")"));
    auto steps = '"' + action_of("projects/" + shop + "/deploymentprocesses") + "\",\"" +
                 action_of("runbookProcesses/RunbookProcess-" + book) + "\",\"" +
                 action_of("runbookProcesses/RunbookProcess-" + other) + '"';
    set_variables(shop, R"({"Name":"Step","Value":"none"},{"Name":"Step","Value":"both")" + scoped("Action", steps) +
                            R"(},{"Name":"Process","Value":"none"},{"Name":"Process","Value":"two")" +
                            scoped("ProcessOwner", '"' + book + "\",\"" + other + '"') + "}");
    for (auto const& id : {book, other}) {
        snapshot(id, "One", true);
        auto log = finish(id, dev);
        EXPECT_NE(log.find("step=both process=two"), std::string::npos) << log;
        EXPECT_NE(log.find("after=none"), std::string::npos) << log;
    }
    auto here = get("variables/explain?runbook=" + book + "&action=Go");
    EXPECT_EQ(text_at(variable(here, "Step"), "/Winner/Value"), "both");
    EXPECT_EQ(text_at(variable(here, "Step"), "/Winner/Reason"), "scoped to Action 'Deploy' or 'Go' or 'Go'");
    auto deployed = get("variables/explain?project=" + shop);
    EXPECT_EQ(text_at(variable(deployed, "Process"), "/Winner/Value"), "none");
    EXPECT_EQ(text_at(variable(deployed, "Process"), "/Losers/0/Reason"),
              "scoped to ProcessOwner 'Restart' or 'Back up', which does not match");
}

TEST_F(Scopes, count_for_the_tag_by_which_runs_wait_too) {
    set_variables(shop, R"({"Name":"Octopus.Task.ConcurrencyTag","Value":"db-#{Octopus.Environment.Name}")" +
                            scoped("Environment", '"' + prod + '"') + "}");
    set_steps(book, step("Go", "sleep 5"));
    snapshot(book, "One", true);
    auto waits = [&](std::string const& environment_id) {
        std::vector<std::string> tasks;
        for (int i = 0; i < 2; ++i)
            tasks.push_back(text_at(server.created(space + "runbooks/" + book + "/run",
                                                   R"({"EnvironmentIds":[")" + environment_id + R"("]})"),
                                    "/0/TaskId"));
        auto second = text_at(server.json("/api/tasks/" + tasks[1]), "/State");
        for (auto const& task : tasks) server.post("/api/tasks/" + task + "/cancel");
        return second == "Queued";
    };
    EXPECT_TRUE(waits(prod));
    EXPECT_FALSE(waits(dev));
}

TEST_F(Scopes, of_a_run_are_those_it_saw) {
    set_variables(shop, R"({"Name":"Host","Value":"then"},{"Id":"p","Name":"Size","Value":"1","Prompt":{}},)"
                        R"({"Id":"s","Name":"Pin","Value":null,"IsSensitive":true,"Prompt":{}})");
    set_steps(book, step("Go", "true"));
    auto frozen = text_at(snapshot(book, "One", true), "/Id");
    auto run =
        at(server.created(space + "runbooks/" + book + "/run",
                          R"({"EnvironmentIds":[")" + dev + R"("],"FormValues":{"Size":"2","Pin":"hunter2hunter2"}})"),
           "/0");
    set_variables(shop, R"({"Name":"Host","Value":"now"})");
    auto route = "runbookRuns/" + text_at(run, "/Id") + "/variables/explain";
    EXPECT_EQ(server.get(space + route).body.find("hunter2hunter2"), std::string::npos);
    auto answer = get(route);
    EXPECT_EQ(text_at(variable(answer, "Host"), "/Winner/Value"), "then");
    EXPECT_EQ(text_at(variable(answer, "Size"), "/Winner/Value"), "2");
    EXPECT_EQ(text_at(variable(answer, "Size"), "/Winner/Source"), "answer to a prompt");
    EXPECT_EQ(at(variable(answer, "Pin"), "/Winner/IsSensitive"), Json(true));
    EXPECT_EQ(text_at(variable(get("variables/explain?snapshot=" + frozen), "Host"), "/Winner/Value"), "then");
    EXPECT_EQ(text_at(variable(get("variables/explain?runbook=" + book), "Host"), "/Winner/Value"), "now");
    EXPECT_EQ(status("runbookRuns/RunbookRuns-99/variables/explain"), 404);
}

} // namespace
} // namespace stepwell::contract
