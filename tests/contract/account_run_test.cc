#include "workshop.h"

#include "base/files.h"
#include "support/certificates.h"

#include <thread>

namespace stepwell::contract {
namespace {

// Variables that refer to accounts, from saving them to the script that reads their values.
class References : public Workshop {
protected:
    std::string const dev = environment("Dev"), prod = environment("Prod");
    std::string const shop = project("Shop"), book = runbook(shop, "Restart");
    static constexpr std::string_view password = "hunter2hunter2";

    std::string login(std::string const& name, std::string const& user, std::string const& more = {}) {
        return create("accounts", R"({"Name":")" + name + R"(","AccountType":"UsernamePassword","Username":")" + user +
                                      R"(","Password":")" + std::string(password) + '"' + more + "}");
    }
    std::string azure(std::string const& name) {
        std::string const guid = R"("cd21dc34-73dc-4c7d-bd86-041284e0bc45")";
        return create("accounts", R"({"Name":")" + name + R"(","AccountType":"AzureOidc","SubscriptionNumber":)" +
                                      guid + R"(,"ClientId":)" + guid + R"(,"TenantId":)" + guid + "}");
    }
    static std::string refer(std::string const& name, std::string const& id, std::string const& more = {},
                             std::string const& type = "UsernamePasswordAccount") {
        return R"({"Id":")" + base::to_lower(name + "-" + id) + R"(","Name":")" + name + R"(","Value":")" + id +
               R"(","Type":")" + type + '"' + more + "}";
    }
    static std::string in(std::string const& environment_id) {
        return R"(,"Scope":{"Environment":[")" + environment_id + R"("]})";
    }
    void publish(std::string const& variables, std::string const& steps) {
        set_variables(shop, variables);
        set_steps(book, steps);
        snapshot(book, "S" + std::to_string(++snapshots_), true);
    }
    net::Response ask(std::string const& environments, std::string const& more = {}) {
        return server.post(space + "runbooks/" + book + "/run",
                           R"({"EnvironmentIds":[)" + environments + "]" + more + "}");
    }
    net::Response ask_in(std::string const& environment_id, std::string const& more = {}) {
        return ask('"' + environment_id + '"', more);
    }
    static std::string task_of(net::Response const& response) {
        return response.status < 300 ? text_at(at(parsed(response.body), "/0"), "/TaskId") : response.body;
    }
    Json wait(std::string const& task) {
        for (int i = 0; i < 1000; ++i) {
            auto told = server.json("/api/tasks/" + task);
            if (at(told, "/IsCompleted") == Json(true)) return told;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        ADD_FAILURE() << server.get("/api/tasks/" + task).body;
        return {};
    }
    std::string log_of(std::string const& task) { return server.get("/api/tasks/" + task + "/raw").body; }
    std::string run_in(std::string const& environment_id, std::string const& more = {}) {
        auto task = task_of(ask_in(environment_id, more));
        auto log = text_at(wait(task), "/State") + "\n" + log_of(task);
        EXPECT_TRUE(log.starts_with("Success")) << log;
        return log;
    }
    void wait_for_text(std::string const& task, std::string const& text) {
        for (int i = 0; i < 1000 && log_of(task).find(text) == std::string::npos; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    static void expect(std::string const& text, std::string const& part) {
        EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
    }
    static void expect_none(std::string const& text, std::string_view part) {
        EXPECT_EQ(text.find(part), std::string::npos) << part << " in " << text;
    }

private:
    int snapshots_ = 0;
};

TEST_F(References, give_scripts_what_the_certificate_holds) {
    auto made = server.created(space + "certificates", R"({"Name":"Shop","CertificateData":{"NewValue":")" +
                                                           std::string(tests::modern_pfx) +
                                                           R"("},"Password":{"NewValue":"secret"}})");
    auto id = text_at(made, "/Id"), thumbprint = text_at(made, "/Thumbprint");
    publish(refer("Cert", id, {}, "Certificate"),
            step("Go", R"(echo \"#{Cert} #{Cert.Thumbprint}\"; get_octopusvariable Cert.PrivateKeyPem | head -1; )"
                       R"(get_octopusvariable Cert.PrivateKeyPem | wc -l; get_octopusvariable Cert.CertificatePem)"));
    auto log = run_in(dev);
    expect(log, id + " " + thumbprint);
    expect(log, "-----BEGIN CERTIFICATE-----");
    expect_none(log, "BEGIN PRIVATE KEY");
    auto explained = server.get(space + "variables/preview?project=" + shop + "&runbook=" + book).body;
    expect(explained, id);
    expect_none(explained, "PRIVATE KEY");
    set_variables(shop, refer("Cert", "Certificates-99", {}, "Certificate"));
    snapshot(book, "Wrong", true);
    expect_refused(ask_in(dev), 400, "Certificates-99");
}

TEST_F(References, give_scripts_what_the_account_holds) {
    auto mail = login("Mail", "joe #{Octopus.Environment.Name}");
    publish(
        refer("Login", mail) + R"(,{"Name":"Url","Value":"smtp://#{Login.Username}@mx"},)"
                               R"({"Name":"OctopusPrintEvaluatedVariables","Value":"True"},)"
                               R"({"Name":"Octopus.Task.ConcurrencyTag","Value":"#{Login.Username}#{Login.Password}"})",
        step("Go", R"(echo \"#{Login}|#{Login.Username}|#{Login.Password}|$(get_octopusvariable Url)\"; )"
                   R"(p=$(get_octopusvariable Login.Password); [ \"$p\" = hunter''2hunter2 ] && echo it is the same)"));
    auto log = run_in(dev);
    expect(log, mail + "|joe #{Octopus.Environment.Name}|********|smtp://joe #{Octopus.Environment.Name}@mx");
    expect(log, "it is the same");
    expect(log, "[Login.Password] = '********'");
    expect_none(log, password);
    for (auto const& file : std::filesystem::recursive_directory_iterator(server.folder()))
        if (file.is_regular_file()) expect_none(base::read_file(file.path().string()).value_or(""), password);
}

TEST_F(References, are_followed_when_the_run_is_asked_for) {
    auto mail = login("Mail", "joe");
    publish(refer("Login", mail), step("Go", R"(echo \"as $(get_octopusvariable Login.Username)\")"));
    expect(run_in(dev), "as joe");
    auto account = get("accounts/" + mail);
    account.as_object()["Username"] = "jane";
    put("accounts/" + mail, account);
    expect(run_in(dev), "as jane");
}

TEST_F(References, are_followed_when_a_run_that_waited_begins) {
    auto mail = login("Mail", "joe");
    publish(refer("Login", mail) + R"(,{"Name":"Octopus.Task.ConcurrencyTag","Value":"one"})",
            step("Go", R"(echo begun; sleep 1; echo \"as $(get_octopusvariable Login.Username).\")"));
    auto first = task_of(ask_in(dev)), second = task_of(ask_in(dev));
    wait_for_text(first, "begun");
    auto account = get("accounts/" + mail);
    account.as_object()["Username"] = "jane";
    put("accounts/" + mail, account);
    EXPECT_EQ(text_at(server.json("/api/tasks/" + second), "/State"), "Queued");
    wait(first);
    wait(second);
    expect(log_of(first), "as joe.");
    expect(log_of(second), "as jane.");
}

TEST_F(References, are_followed_again_after_a_restart) {
    auto mail = login("Mail", "joe");
    publish(refer("Login", mail), step("First", "echo begun; sleep 1") + "," +
                                      step("Second", R"(echo \"as $(get_octopusvariable Login.Username)\")"));
    auto task = task_of(ask_in(dev));
    wait_for_text(task, "begun");
    server.restart();
    EXPECT_EQ(text_at(wait(task), "/State"), "Success") << log_of(task);
    expect(log_of(task), "as joe");
}

TEST_F(References, fail_a_step_that_needs_an_account_that_went_meanwhile) {
    auto mail = login("Mail", "joe");
    publish(refer("Login", mail), step("First", "echo begun; sleep 1") + "," + step("Second", "echo went on") + "," +
                                      step("Third", "echo reached as #{Login.Username}"));
    auto task = task_of(ask_in(dev));
    wait_for_text(task, "begun");
    EXPECT_EQ(server.del(space + "accounts/" + mail).status, 200);
    server.restart();
    EXPECT_EQ(text_at(wait(task), "/State"), "Failed");
    expect_none(log_of(task), "reached");
    expect(log_of(task), "|   went on\n");
    expect(log_of(task),
           "Not needed here: the variable 'Login' refers to '" + mail + "', which is not an existing Account.");
    expect(server.get("/api/tasks/" + task).body, "'Login' refers to '" + mail + "'");
}

TEST_F(References, give_what_the_winning_value_gives) {
    auto mail = login("Mail", "joe"), cloud = azure("Cloud");
    publish(refer("Login", mail) + "," + refer("Login", cloud, in(prod), "AzureAccount"),
            step("Go", R"(echo '#{Login}|#{Login.Username}|#{Login.Client}|')"));
    expect(run_in(dev), mail + "|joe|#{Login.Client}|");
    expect(run_in(prod), cloud + "|#{Login.Username}|cd21dc34-73dc-4c7d-bd86-041284e0bc45|");
}

TEST_F(References, go_behind_a_variable_of_that_very_name) {
    auto mail = login("Mail", "joe");
    publish(refer("Login", mail) + R"(,{"Name":"login.username","Value":"mine","Scope":{"Environment":[")" + prod +
                R"("]}})",
            step("Go", "echo 'as #{Login.Username}.'"));
    expect(run_in(dev), "as joe.");
    expect(run_in(prod), "as mine.");
}

TEST_F(References, come_from_library_sets_and_pools_too) {
    auto library = create("libraryvariablesets", R"({"Name":"Shared"})");
    auto mail = login("Mail", "joe");
    auto pool = text_at(at(get("workerpools/all"), "/0"), "/Id");
    set_variables(library, refer("Login", mail));
    auto document = get("projects/" + shop);
    document.as_object()["IncludedLibraryVariableSetIds"] = parsed("[\"" + library + "\"]");
    put("projects/" + shop, document);
    publish(refer("Pool", pool, "", "WorkerPool"), step("Go", "echo '#{Login.Username} in #{Pool}.'"));
    expect(run_in(dev), "joe in " + pool + ".");
}

TEST_F(References, may_be_answers_by_id_or_name) {
    auto mail = login("Mail", "joe"), stock = login("Stock room", "ann");
    publish(refer("Login", mail, R"(,"Prompt":{"Label":"As whom?"})"),
            step("Go", "echo '#{Login} as #{Login.Username}.'"));
    expect(run_in(dev), mail + " as joe.");
    for (auto const& answer : {stock, std::string("stock ROOM"), std::string("stock-room")}) {
        auto response = ask_in(dev, R"(,"FormValues":{"Login":")" + answer + R"("})");
        auto task = task_of(response);
        EXPECT_EQ(text_at(parsed(response.body), "/0/FormValues/login-" + base::to_lower(mail)), stock) << answer;
        wait(task);
        expect(log_of(task), stock + " as ann.");
    }
    expect_refused(ask_in(dev, R"(,"FormValues":{"Login":"Nobody"})"), 400, "FormValues.Login: ");
    expect_refused(ask_in(dev, R"(,"FormValues":{"Login":")" + azure("Cloud") + R"("})"), 400, "cannot be used for");
}

TEST_F(References, are_explained_and_previewed_without_secrets) {
    auto mail = login("Mail", "joe");
    set_variables(shop, refer("Login", mail, in(prod)) + "," + refer("Login", "Accounts-99", in(dev)));
    auto query = "?project=" + shop + "&environment=" + prod;
    auto told = get("variables/explain" + query);
    std::map<std::string, Json> values;
    for (auto const& each : told.at("Variables").as_array()) values[text_at(each, "/Name")] = each;
    ASSERT_EQ(values.size(), 3u) << told;
    EXPECT_EQ(text_at(values["Login"], "/Winner/Value"), mail);
    EXPECT_EQ(text_at(values["Login.Username"], "/Winner/Value"), "joe");
    EXPECT_EQ(text_at(values["Login.Username"], "/Winner/Source"), "the account 'Mail'");
    EXPECT_EQ(text_at(values["Login.Username"], "/Winner/Reason"), "scoped to Environment 'Prod'");
    EXPECT_TRUE(at(values["Login.Password"], "/Winner/Value").is_null());
    EXPECT_EQ(at(values["Login.Password"], "/Winner/IsSensitive"), Json(true));
    expect_none(base::to_text(told), password);
    EXPECT_EQ(get("variables/explain?project=" + shop + "&environment=" + dev).at("Variables").as_array().size(), 1u);

    auto preview = get("variables/preview" + query);
    std::map<std::string, std::string> shown;
    std::set<std::string> ids;
    for (auto const& each : preview.at("Variables").as_array()) {
        shown[text_at(each, "/Name")] = text_at(each, "/Type") + " " + base::to_text(at(each, "/Value"));
        ids.insert(text_at(each, "/Id"));
    }
    EXPECT_EQ(shown, (std::map<std::string, std::string>{{"Login", "UsernamePasswordAccount \"" + mail + '"'},
                                                         {"Login.Username", "String \"joe\""},
                                                         {"Login.Password", "Sensitive null"}}));
    EXPECT_EQ(ids.size(), 3u);
    expect_none(base::to_text(preview), password);
}

TEST_F(References, are_read_by_conditions) {
    auto mail = login("Mail", "joe");
    auto conditional = parsed(step("Go", "echo reached"));
    conditional.as_object()["Condition"] = "Variable";
    conditional.as_object()["Properties"] =
        parsed(R"({"Octopus.Step.ConditionVariableExpression":"#{if Login.Username == \"joe\"}True#{/if}"})");
    publish(refer("Login", mail), base::to_text(conditional));
    auto steps = get("runbooks/" + book + "/runbookRuns/preview/" + dev).at("StepsToExecute");
    EXPECT_EQ(text_at(steps, "/0/Decision/Will"), "Yes");
    expect(run_in(dev), "reached");
}

TEST_F(References, to_what_cannot_be_used_refuse_the_run) {
    auto only_prod = login("Only prod", "joe", R"(,"EnvironmentIds":[")" + prod + R"("])"), cloud = azure("Cloud");
    publish(refer("Gone", "Accounts-99") + "," + refer("Limited", only_prod) + "," + refer("Wrong", cloud) + "," +
                refer("Elsewhere", "Accounts-98", in(prod)) + "," + refer("Pool", cloud, "", "WorkerPool"),
            step("Go", "echo 'reached with #{Gone} #{Limited} #{Wrong} #{Elsewhere} #{Pool}'"));
    auto errors = at(parsed(ask_in(dev).body), "/Errors");
    EXPECT_EQ(errors.as_array().size(), 4u) << errors;
    auto told = base::to_text(errors);
    expect(told, "Variables.Gone: the variable 'Gone' refers to 'Accounts-99', which is not an existing Account");
    expect(told, "Variables.Limited: the variable 'Limited' refers to '" + only_prod +
                     "', which is the account 'Only prod', which is not allowed in the environment 'Dev'");
    expect(
        told,
        "Variables.Wrong: the variable 'Wrong' refers to '" + cloud +
            "', which is the account 'Cloud' of the type AzureOidc, which cannot be used for UsernamePasswordAccount");
    expect(told, "Variables.Pool: ");
    EXPECT_EQ(ask_in(dev).status, 400);
    expect(ask_in(prod).body, "Variables.Elsewhere: ");
    EXPECT_EQ(at(get("runbookRuns"), "/TotalResults"), Json(0));
    set_variables(shop, refer("Limited", only_prod, in(prod)));
    snapshot(book, "Good", true);
    expect(run_in(dev), "reached");
    expect(run_in(prod), "reached");
}

TEST_F(References, count_for_steps_that_may_run) {
    publish(refer("Login", "Accounts-99"),
            step("Go", "echo reached", R"(,"IsDisabled":true)") + "," + step("Other", "echo other #{Login.Username}"));
    expect_refused(ask_in(dev), 400, "Accounts-99");
    auto other = text_at(get("runbookProcesses/RunbookProcess-" + book), "/Steps/0/Actions/0/Id");
    publish(refer("Login", "Accounts-99", R"(,"Scope":{"Action":[")" + other + R"("]})"),
            step("Off", "echo off #{Login}", R"(,"Id":")" + other + R"(","IsDisabled":true)") + "," +
                step("Other", "echo other"));
    expect(run_in(dev), "other");
}

// A missing account, deleted or not created yet, stops only runs whose steps use it, directly or through other values.
TEST_F(References, that_no_step_asks_for_refuse_no_run) {
    auto const broken =
        refer("Login", "Accounts-99") + R"(,{"Name":"Address","Value":"#{Login.Username}@example.org"})";
    publish(broken, step("Go", "echo reached"));
    auto log = run_in(dev);
    expect(log, "reached");
    expect(log, "Not needed here: the variable 'Login' refers to 'Accounts-99', which is not an existing Account.");
    for (auto script : {"echo '#{Address}'", "get_octopusvariable login.username", "get_octopusvariable 'Address'"}) {
        publish(broken, step("Go", script));
        expect_refused(ask_in(dev), 400, "Variables.Login: ");
    }
}

TEST_F(References, do_not_reach_into_another_space) {
    auto second = text_at(
        server.created("/api/spaces", R"({"Name":"Second","SpaceManagersTeams":["teams-administrators"]})"), "/Id");
    auto theirs = text_at(server.created("/api/" + second + "/accounts",
                                         R"({"Name":"Theirs","AccountType":"UsernamePassword","Username":"mallory",)"
                                         R"("Password":"hunter2hunter2"})"),
                          "/Id");
    publish(refer("Login", theirs), step("Go", "echo #{Login.Username}"));
    expect_refused(ask_in(dev), 400, "'Login' refers to '" + theirs + "', which is not an existing Account");
    expect_none(server.get(space + "variables/explain?project=" + shop + "&environment=" + dev).body, "mallory");
}

TEST_F(References, that_lead_nowhere_are_told_when_they_are_saved) {
    auto mail = login("Mail", "joe", R"(,"EnvironmentIds":[")" + prod + R"("])"), cloud = azure("Cloud");
    auto good = set_variables(shop, refer("Login", mail, in(prod)) + R"(,{"Name":"Text","Value":"Accounts-99"})");
    EXPECT_FALSE(good.as_object().contains("Warnings")) << good;
    auto saved = set_variables(shop, refer("Gone", "free text") + "," + refer("Wrong", cloud) + "," +
                                         refer("Limited", mail, in(dev)) +
                                         R"(,{"Id":"s","Name":"Pin","Value":"kq7","IsSensitive":true},)"
                                         R"({"Id":"l","Name":"Long","Value":"kq7z","IsSensitive":true})");
    auto warnings = at(saved, "/Warnings");
    ASSERT_EQ(warnings.as_array().size(), 4u) << warnings;
    EXPECT_EQ(text_at(warnings, "/0/Path"), "Variables[0].Value");
    expect(text_at(warnings, "/0/Message"), "'Gone' refers to 'free text', which is not an existing Account");
    expect(text_at(warnings, "/1/Message"), "cannot be used for UsernamePasswordAccount");
    expect(text_at(warnings, "/2/Message"), "which is not allowed in the environment");
    EXPECT_EQ(text_at(warnings, "/3/Path"), "Variables[3].Value");
    expect(text_at(warnings, "/3/Message"), "'Pin' is too short to be masked");
    expect_none(base::to_text(saved), "kq7");
    EXPECT_EQ(text_at(get("variables/variableset-" + shop), "/Variables/0/Value"), "free text") << "stored as sent";
    EXPECT_FALSE(get("variables/variableset-" + shop).as_object().contains("Warnings"));

    set_steps(book, step("Go", "true"));
    EXPECT_FALSE(snapshot(book, "One").as_object().contains("Warnings"));
    auto published = snapshot(book, "Two", true);
    EXPECT_EQ(at(published, "/Warnings"), warnings);
    auto runbook = get("runbooks/" + book);
    EXPECT_FALSE(put("runbooks/" + book, runbook).as_object().contains("Warnings"));
    runbook.as_object()["PublishedRunbookSnapshotId"] = get("runbookSnapshots/all").at(1).at("Id");
    EXPECT_EQ(at(put("runbooks/" + book, runbook), "/Warnings"), warnings);
}

} // namespace
} // namespace stepwell::contract
