#include "commands_support.h"

#include "net/running.h"
#include "support/manual.h"

#include <signal.h>

namespace stepwell::cli {
namespace {

using contract::at;
using contract::parsed;

class Run : public Commands {};

constexpr char const* hundred_lines = "for i in $(seq 300); do echo line $i of 300; sleep 0.02; done";

// Expects each of the lines 1 to 300 exactly once in the text, in order.
void expect_each_line_once(std::string const& text) {
    std::string expected, found;
    for (int i = 1; i <= 300; ++i) expected += "line " + std::to_string(i) + " of 300\n";
    for (auto line : base::split(text, '\n'))
        if (line.starts_with("line ")) found += std::string(line) + "\n";
    EXPECT_EQ(found, expected);
}

TEST_F(Run, prints_the_task_and_leaves) {
    published("Restart", "echo hello");
    auto const ended = ran("run Restart --project Shop --environment Production -e Staging");
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.out, "ServerTasks-1\nServerTasks-2\n");
    EXPECT_EQ(ended.err, "");
    EXPECT_EQ(output("task wait ServerTasks-1") + output("runbook run Restart -p Shop -e Production"),
              "ServerTasks-3\n");
}

TEST_F(Run, exits_with_what_became_of_it) {
    published("Good", "echo fine; echo careful >&2");
    published("Bad", "echo broken; exit 3");
    auto const good = ran("run Good --project Shop --environment Production --follow");
    EXPECT_EQ(good.code, 0) << good.err;
    EXPECT_EQ(good.out.substr(0, 17), "== Step 1: Do it\n");
    EXPECT_NE(good.out.find("fine\n"), std::string::npos) << good.out;
    EXPECT_NE(good.out.find("careful\n"), std::string::npos) << good.out;
    EXPECT_EQ(good.out.find('\x1b'), std::string::npos) << good.out;
    EXPECT_EQ(good.err.substr(0, 31), "Success: Run runbook Good snaps") << good.err;
    auto const bad = ran("run Bad --project Shop --environment Production --wait");
    EXPECT_EQ(bad.code, 1);
    EXPECT_EQ(bad.out, "");
    EXPECT_EQ(bad.err.substr(0, 8), "Failed: ") << bad.err;
    EXPECT_EQ(ran("task wait ServerTasks-2").code, 1);
}

TEST_F(Run, exits_with_2_when_it_could_not_start) {
    published("Good", "echo fine");
    struct Case {
        std::string line, says;
    };
    for (auto const& [line, says] : std::vector<Case>{
             {"run Good --project Shop", "--environment"},
             {"run --project Shop -e Production", "runbook is required"},
             {"run Good --project Nowhere -e Production", "there is no project 'Nowhere'"},
             {"run Good --project Shop -e Nowhere", "there is no environment 'Nowhere'"},
             {"run Good --project Shop -e Production --snapshot Nothing", "no snapshot 'Nothing'"},
             {"run Good --project Shop -e Production --var novalue", "must be NAME=VALUE"},
             {"run Good --project Shop -e Production --follow --wait", "excludes"},
             {"run Good --project Shop -e Production --output yaml", "yaml"},
             {"run Good --project Shop -e Production --server http://127.0.0.1:1", "cannot reach 127.0.0.1:1"},
             {"run Good --project Shop -e Production --api-key API-WRONG", "API key"},
             {"run Good --project Shop -e Production --space Nowhere", "There is no space 'Nowhere'"}}) {
        auto const ended = ran(line);
        EXPECT_EQ(ended.code, 2) << line << "\n" << ended.err;
        EXPECT_NE(ended.err.find(says), std::string::npos) << line << "\n" << ended.err;
        EXPECT_EQ(ended.out, "") << line;
    }
    EXPECT_EQ(tasks(), 0);
}

TEST_F(Run, tells_every_problem_with_its_path) {
    auto const ended = ran("run \"\" --project \"\" -e Production");
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(
        ended.err,
        "stepwell: There was a problem with your request.\n  ProjectName: is required\n  RunbookName: is required\n");
}

TEST_F(Run, answers_with_one_json_object) {
    published("Good", "echo fine");
    auto const ended = ran("run Good --project Shop -e Production -e Staging --output json --wait");
    EXPECT_EQ(ended.code, 0) << ended.err;
    auto const json = base::parse_json(ended.out);
    ASSERT_EQ(json.at("Runs").as_array().size(), 2u);
    EXPECT_EQ(text_at(json, "/Runs/0/State"), "Success");
    EXPECT_EQ(text_at(json, "/Runs/1/TaskId"), "ServerTasks-2");
    EXPECT_EQ(text_at(json, "/Runs/1/RunId"), "RunbookRuns-2");
    auto const followed = ran("run Good --project Shop -e Production --output json --follow");
    EXPECT_EQ(text_at(base::parse_json(followed.out), "/Runs/0/State"), "Success");
    EXPECT_NE(followed.err.find("fine\n"), std::string::npos) << followed.err;
    auto const started = ran("run Good --project Shop -e Production --output json");
    EXPECT_EQ(text_at(base::parse_json(started.out), "/Runs/0/TaskId"), "ServerTasks-4");
}

TEST_F(Run, tells_the_logs_of_several_runs_apart) {
    published("Good", "echo fine");
    auto const several = ran("run Good --project Shop -e Production -e Staging --follow");
    EXPECT_EQ(several.out, "== ServerTasks-1\n== Step 1: Do it\nfine\n== ServerTasks-2\n== Step 1: Do it\nfine\n");
    EXPECT_EQ(several.err.find("=="), std::string::npos) << several.err;
    auto const json = ran("run Good --project Shop -e Production -e Staging --follow --output json");
    EXPECT_NE(json.err.find("== ServerTasks-4\n== Step 1"), std::string::npos) << json.err;
}

TEST_F(Run, answers_with_the_outputs_of_a_single_run) {
    auto const id = runbook(project_id, "Tell");
    set_steps(id, step("Go", "set_octopusvariable Size 12; set_octopusvariable Key hunter''2hunter2 -sensitive"));
    auto process = get("runbookProcesses/RunbookProcess-" + id);
    process.as_object()["Outputs"] = parsed(
        R"([{"Name":"Size","Type":"Number","Value":"#{Octopus.Action[Go].Output.Size}"},{"Name":"Where","Value":"#{Octopus.Environment.Name}"},{"Name":"Key","Value":"#{Octopus.Action[Go].Output.Key}"}])");
    put("runbookProcesses/RunbookProcess-" + id, process);
    snapshot(id, "First", true);
    auto const told = output("run Tell -p Shop -e Production --output json --wait");
    EXPECT_EQ(told.find("hunter2"), std::string::npos);
    auto const json = base::parse_json(told);
    EXPECT_EQ(text_at(json, "/task"), text_at(json, "/Runs/0/TaskId"));
    EXPECT_EQ(text_at(json, "/state"), "Success");
    EXPECT_EQ(at(json, "/outputs"), parsed(R"({"Size":12,"Where":"Production","Key":null})"));
    EXPECT_EQ(at(json, "/Runs/0/Outputs"), at(json, "/outputs"));
}

TEST_F(Run, tells_what_the_server_says_of_each_answer) {
    auto const id = runbook(project_id, "Ask");
    set_variables(project_id, R"({"Name":"Reason","Value":"","Prompt":{"Label":"Why?","Required":true}},)"
                              R"({"Name":"Size","Value":"","Prompt":{"DisplaySettings":{"Stepwell.Kind":"Number"}}})");
    set_steps(id, step("One", "true"));
    snapshot(id, "First", true);
    auto const ended = ran("run Ask -p Shop -e Production --var Size=big --var Colour=red");
    EXPECT_EQ(ended.code, 2);
    for (auto line : {"Variables.Reason: Why?: is required", "Variables.Size: 'big' is not a number",
                      "Variables.Colour: is not a prompt of this run"})
        EXPECT_NE(ended.err.find(line), std::string::npos) << ended.err;
}

TEST_F(Run, explains_the_values_it_would_see) {
    set_variables(project_id, R"({"Name":"Host","Value":"db"},{"Name":"Host","Value":"other"})");
    auto const told = ran("variables explain --project Shop --environment Production");
    EXPECT_EQ(told.code, 0) << told.err;
    EXPECT_EQ(told.out,
              "Host = db  [project variables: applies everywhere; another value is equally specific, but this one is "
              "first in the list]\n    not other  [project variables: another value is equally specific and is first "
              "in the list]\n");
    EXPECT_NE(told.err.find("Host"), std::string::npos);
}

TEST_F(Run, is_shown_in_the_manual_as_it_is) {
    published("Restart", "echo fine");
    EXPECT_EQ(ran("run Restart -p Shop -e Production --wait").code, 0);
    for (auto const& line : tests::lines_of_manual("variables.md", "console")) {
        ASSERT_TRUE(line.starts_with("stepwell ")) << line;
        auto const ended = ran(line.substr(line.find(' ') + 1));
        EXPECT_EQ(ended.code, 0) << line << "\n" << ended.err;
    }
}

TEST_F(Run, hands_over_answers_skipped_steps_and_the_snapshot) {
    auto const id = runbook(project_id, "Ask");
    set_variables(project_id, R"({"Name":"Reason","Value":"none","Prompt":{"Label":"Reason","Required":true}})");
    set_steps(id, step("One", "echo because #{Reason}") + "," + step("Two", "echo second"));
    snapshot(id, "First", true);
    set_steps(id, step("One", "echo newer #{Reason}") + "," + step("Two", "echo second"));
    snapshot(id, "Second");
    auto const first = output("run Ask -p Shop -e Production --var \"Reason=a=b [c]\" --skip Two --follow");
    EXPECT_NE(first.find("because a=b [c]\n"), std::string::npos) << first;
    EXPECT_EQ(first.find("second"), std::string::npos) << first;
    auto const second = output("run Ask -p Shop -e Production --var Reason=x --snapshot Second --follow");
    EXPECT_NE(second.find("newer x\n"), std::string::npos) << second;
    EXPECT_NE(second.find("== Step 2: Two\nsecond\n"), std::string::npos) << second;
}

TEST_F(Run, prints_each_line_once_across_a_restart_of_the_server) {
    published("Slow", hundred_lines);
    Program program = start("run Slow --project Shop -e Production --follow");
    ASSERT_TRUE(program.hears("line 40 of 300"));
    server.restart();
    ASSERT_TRUE(program.hears("line 120 of 300"));
    server.restart();
    auto const& ended = program.end();
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_NE(ended.err.find("trying again in 0.25 seconds"), std::string::npos) << ended.err;
    expect_each_line_once(ended.out);
    expect_each_line_once(output("task log ServerTasks-1 --follow"));
    EXPECT_EQ(tasks(), 1);
}

// A proxy between program and server that loses the response to the first POST.
TEST_F(Run, starts_once_though_the_answer_was_lost) {
    published("Good", "echo fine");
    std::atomic<int> posts = 0;
    net::Running between([&](net::Request request, net::Answer answer) {
        net::Client onward(server.address());
        net::Headers headers;
        for (auto name : {"X-Octopus-ApiKey", "Idempotency-Key", "Content-Type"})
            if (auto value = request.headers[name]; !value.empty()) headers.add(name, std::string(value));
        auto response = onward.send(request.method, request.path, headers, request.body);
        if (request.method == "POST" && posts++ == 0) {
            struct Broken final : net::Source {
                void next(Give) override { throw std::runtime_error("gone"); }
            };
            response.source = std::make_shared<Broken>();
        }
        answer(std::move(response));
    });
    auto const ended =
        ran("run Good --project Shop -e Production --server http://127.0.0.1:" + std::to_string(between.port()) +
            " --api-key " + tests::TestServer::api_key);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.out, "ServerTasks-1\n");
    EXPECT_NE(ended.err.find("closed the connection unexpectedly"), std::string::npos) << ended.err;
    EXPECT_EQ(posts, 2);
    EXPECT_EQ(tasks(), 1);
}

TEST_F(Run, asks_before_it_cancels) {
    published("Slow", hundred_lines);
    Program program = start("run Slow --project Shop -e Production --follow", true);
    ASSERT_TRUE(program.hears("line 10 of 300"));
    program.type("\x03");
    ASSERT_TRUE(program.hears("Cancel the run? [y/N] "));
    EXPECT_EQ(state("ServerTasks-1"), "Executing");
    program.type("n\n");
    ASSERT_TRUE(program.hears("The run continues."));
    ASSERT_TRUE(program.hears("line 100 of 300"));
    program.type("\x03");
    program.type("y\n");
    auto const& ended = program.end();
    EXPECT_EQ(ended.code, 1) << ended.out;
    EXPECT_NE(ended.out.find("Canceled: Run runbook Slow"), std::string::npos) << ended.out;
    EXPECT_EQ(state("ServerTasks-1"), "Canceled");
}

TEST_F(Run, is_left_running_by_a_second_interrupt) {
    published("Slow", "sleep 3; echo done");
    Program program = start("run Slow --project Shop -e Production --wait", true);
    while (tasks() == 0 || state("ServerTasks-1") != "Executing")
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    program.type("\x03");
    ASSERT_TRUE(program.hears("Cancel the run? [y/N] "));
    program.type("\x03");
    auto const& ended = program.end();
    EXPECT_EQ(ended.code, 130) << ended.out;
    EXPECT_NE(ended.out.find("The run continues. To follow it again: stepwell task log ServerTasks-1 --follow"),
              std::string::npos)
        << ended.out;
    EXPECT_EQ(output("task wait ServerTasks-1"), "");
}

TEST_F(Run, goes_on_when_nobody_can_be_asked) {
    published("Slow", hundred_lines);
    Program program = start("run Slow --project Shop -e Production --follow");
    ASSERT_TRUE(program.hears("line 10 of 300"));
    ::kill(program.id(), SIGINT);
    auto const& ended = program.end();
    EXPECT_EQ(ended.code, 130) << ended.err;
    EXPECT_NE(ended.err.find("The run continues."), std::string::npos) << ended.err;
    expect_each_line_once(output("task log ServerTasks-1 --follow"));
}

TEST_F(Run, passes_colours_on_to_a_terminal_that_was_not_restricted) {
    published("Colours", "printf '\\\\033[32mgreen\\\\033[0m\\\\n'");
    auto const line = std::string("run Colours --project Shop -e Production --follow");
    Program rich = start(line, true);
    auto const colours = rich.end().out;
    EXPECT_NE(colours.find("\x1b[32mgreen\x1b[0m"), std::string::npos) << colours;
    Program plain = start(line + " --no-color", true);
    auto const& ended = plain.end();
    EXPECT_NE(ended.out.find("green"), std::string::npos) << ended.out;
    EXPECT_EQ(ended.out.find('\x1b'), std::string::npos) << ended.out;
    EXPECT_EQ(output(line).find('\x1b'), std::string::npos);
}

} // namespace
} // namespace stepwell::cli
