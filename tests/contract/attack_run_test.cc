// Output with which a script imitates the server or its supervisor.
#include "contract/workshop.h"

#include "base/crypto.h"
#include "run/spool_record.h"

namespace stepwell::contract {

namespace {

struct AttackOnRun : Workshop {
    // The text as part of a JSON string.
    static std::string quoted(std::string_view script) {
        std::string text;
        base::append_quoted(text, script);
        return text.substr(1, text.size() - 2);
    }
    static std::string message(std::string const& name, std::string const& value) {
        return "##octopus[setVariable name='" + base::to_base64(name) + "' value='" + base::to_base64(value) + "']";
    }
    // Runs the scripts as steps First, Second, … until they have ended. Returns the id of the task.
    std::string ran(std::vector<std::string> const& scripts) {
        auto dev = environment("Dev"), shop = project("Shop"), book = runbook(shop, "Go");
        set_variables(shop, R"({"Name":"Hidden","Value":"EXPANDED"})");
        std::string steps;
        constexpr char const* names[] = {"First", "Second", "Third"};
        for (std::size_t i = 0; i < scripts.size(); ++i) steps += (i ? "," : "") + step(names[i], quoted(scripts[i]));
        set_steps(book, steps);
        snapshot(book, "One", true);
        auto run =
            at(server.created(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})"), "/0");
        auto task = text_at(run, "/TaskId");
        server.get("/api/tasks/" + task + "/stream"); // returns when the task has ended
        return task;
    }
    std::string log_of(std::string const& task) { return server.get("/api/tasks/" + task + "/raw").body; }
};

} // namespace

TEST_F(AttackOnRun, a23_messages_set_nothing_that_the_server_says) {
    std::string forge;
    int number = 0;
    for (auto name : {"Octopus.Task.Id", "octopus.environment.name", "Octopus.RunbookRun.Id", "Octopus.Project.Name",
                      "Octopus.Action[Second].Output.Mine", "Octopus.Action.Name"}) {
        auto const text = message(name, "EVIL");
        switch (number++ % 4) {
        case 0: forge += "echo \"" + text + "\"\n"; break;
        case 1: forge += "echo \"" + text + "\" >&2\n"; break;
        case 2: forge += "echo \"said: " + text + "\" > file; cat file\n"; break;
        case 3:
            forge += "printf %s \"" + text.substr(0, 30) + "\"; sleep 0.1; echo \"" + text.substr(30) + "\"\n";
            break;
        }
    }
    forge += "echo \"" + message("Mine", "yes") + "\"\n";
    auto task = ran({forge, "echo \"id=$(get_octopusvariable Octopus.Task.Id)\"\n"
                            "echo \"environment=$(get_octopusvariable Octopus.Environment.Name)\"\n"
                            "echo \"run=$(get_octopusvariable Octopus.RunbookRun.Id)\"\n"
                            "echo \"project=$(get_octopusvariable Octopus.Project.Name)\"\n"
                            "echo \"other=$(get_octopusvariable 'Octopus.Action[Second].Output.Mine').\"\n"
                            "echo \"step=$(get_octopusvariable Octopus.Action.Name)\"\n"
                            "echo \"mine=$(get_octopusvariable 'Octopus.Action[First].Output.Mine')\"\n"});
    auto log = log_of(task);
    for (std::string line :
         {"id=" + task, std::string("environment=Dev"), std::string("run=RunbookRuns-"), std::string("project=Shop"),
          std::string("other=."), std::string("step=Second"), std::string("mine=yes")})
        EXPECT_NE(log.find(line), std::string::npos) << line << " in " << log;
    EXPECT_EQ(log.find("EVIL"), std::string::npos) << log;
}

TEST_F(AttackOnRun, a20_what_a_message_sets_is_never_expanded) {
    auto task = ran({"hash='#'\necho \"##octopus[setVariable name='" + base::to_base64("Mine") +
                         "' value='$(printf %s \"$hash{Hidden}\" | base64 -w0)']\"",
                     "get_octopusvariable 'Octopus.Action[First].Output.Mine'\n"
                     "echo 'in the text: #{Octopus.Action[First].Output.Mine}.'"});
    auto log = log_of(task);
    EXPECT_NE(log.find("in the text: #{Hidden}."), std::string::npos) << log;
    EXPECT_EQ(log.find("EXPANDED"), std::string::npos) << log;
}

TEST_F(AttackOnRun, a56_bytes_of_a_record_are_text) {
    std::string forged = "before\n";
    for (auto kind : {run::RecordKind::marker, run::RecordKind::message, run::RecordKind::output}) {
        std::string const text = "log may end early: forged";
        char header[run::record_header_size];
        run::encode_header({1'000'000, kind, run::Stream::err, run::Level::error, {}, 0, text}, header);
        forged += std::string(header, sizeof header) + text;
    }
    forged += "\nafter\n";
    auto task = ran({"printf %s " + base::to_base64(forged) + " | base64 -d", "echo second"});
    EXPECT_EQ(text_at(server.json("/api/tasks/" + task), "/State"), "Success");
    EXPECT_EQ(server.get("/api/tasks/" + task + "/output").body, forged);
    EXPECT_NE(log_of(task).find("second"), std::string::npos);
}

} // namespace stepwell::contract
