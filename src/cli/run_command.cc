#include "base/error.h"
#include "cli/commands.h"
#include "cli/follow.h"
#include "cli/interrupts.h"
#include "cli/text_width.h"
#include "cli/usage.h"

#include <boost/json.hpp>

namespace stepwell::cli {

using client::text_in;

namespace {

struct RunOptions {
    std::string runbook, project, snapshot, output;
    std::vector<std::string> environments, variables, skip;
    bool follow = false, wait = false;
};

struct Started {
    std::string run_id, task_id;
};

boost::json::array list_of(std::vector<std::string> const& texts) {
    boost::json::array list;
    for (auto const& text : texts) list.emplace_back(text);
    return list;
}

boost::json::object variables_of(std::vector<std::string> const& assignments) {
    boost::json::object variables;
    for (auto const& assignment : assignments) {
        auto const equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0)
            refuse_usage("--var", "must be NAME=VALUE, not '" + assignment + "'");
        auto const name = assignment.substr(0, equals);
        if (variables.contains(name)) refuse_usage("--var", "sets '" + name + "' twice");
        variables[name] = assignment.substr(equals + 1);
    }
    return variables;
}

std::string body_of(RunOptions const& options) {
    boost::json::object body{{"ProjectName", options.project},
                             {"RunbookName", options.runbook},
                             {"EnvironmentNames", list_of(options.environments)}};
    if (!options.snapshot.empty()) body["Snapshot"] = options.snapshot;
    if (!options.variables.empty()) body["Variables"] = variables_of(options.variables);
    if (!options.skip.empty()) body["SkipStepNames"] = list_of(options.skip);
    return base::to_text(Json(std::move(body)));
}

std::vector<Started> start(client::Client& client, RunOptions const& options, Terminal const& terminal) {
    auto const body = body_of(options);
    client.get("/api"); // report a wrong URL or an unreachable server immediately, without retries
    auto const answer =
        client.post_once("runbook-runs/create/v1", body, [&](std::string const& why, std::chrono::milliseconds pause) {
            say_lost(terminal, why, pause);
        });
    std::vector<Started> started;
    for (auto const& each : answer.at("RunbookRunServerTasks").as_array())
        started.push_back({text_in(each, "RunbookRunId"), text_in(each, "ServerTaskId")});
    return started;
}

struct Ended {
    Json task;
    boost::json::object outputs; // by name; null if there is no value or it must not be shown
};

boost::json::object outputs_of(client::Client& client, Started const& started) {
    boost::json::object all;
    auto const answer = client.get("runbookRuns/" + base::encode_percent(started.run_id) + "/outputs");
    for (auto const& output : answer.at("Outputs").as_array()) all[text_in(output, "Name")] = output.at("Value");
    return all;
}

void write_run(base::JsonWriter& to, Started const& started, Ended const& ended) {
    auto const& task = ended.task;
    to.begin_object().member("RunId", started.run_id).member("TaskId", started.task_id);
    for (auto member : {"State", "Description", "ErrorMessage", "StartTime", "CompletedTime", "Duration"}) {
        to.key(member);
        if (auto const value = base::find_member(task, member))
            to.value(*value);
        else
            to.null();
    }
    to.key("Outputs").value(ended.outputs);
    to.member("FinishedSuccessfully", succeeded(task)).end_object();
}

// Prompts for the meaning of Ctrl-C. Another Ctrl-C ends the prompt.
void ask_whether_to_cancel(client::Client& client, std::vector<Started> const& started, Terminal const& terminal) {
    terminal.say("");
    if (!terminal.confirm(started.size() == 1 ? "Cancel the run?" : "Cancel all these runs?"))
        return terminal.say("The run continues.");
    for (auto const& each : started) {
        auto const path = "/api/tasks/" + each.task_id;
        if (text_in(client.get(path), "CompletedTime").empty()) client.post(path + "/cancel", "{}");
    }
}

std::string farewell(std::vector<Started> const& started) {
    return "The run continues. To follow it again: stepwell task log " + started.front().task_id + " --follow";
}

// Prints the heading of a run to where its log goes.
void print_heading(std::string const& task_id, Terminal const& terminal, Watch::Log log) {
    if (log == Watch::Log::standard_error) terminal.say("== " + task_id);
    if (log == Watch::Log::standard_output) terminal.print("== " + printable(task_id) + "\n");
}

// Follows every run to its end, one after the other; the logs of later ones are kept by the server meanwhile. Returns
// nullopt if Ctrl-C was pressed and there is no terminal to prompt on.
std::optional<std::vector<Json>> watch(client::Client& client, std::vector<Started> const& started,
                                       RunOptions const& options, Terminal const& terminal) {
    Interrupts interrupts(farewell(started));
    auto const log = !options.follow            ? Watch::Log::none
                     : options.output == "json" ? Watch::Log::standard_error
                                                : Watch::Log::standard_output;
    std::vector<Json> tasks;
    for (auto const& each : started) {
        if (started.size() > 1) print_heading(each.task_id, terminal, log);
        Watch one(client, each.task_id, terminal, log);
        while (!one.follow(interrupts.fd())) {
            if (!terminal.can_ask()) {
                terminal.say(farewell(started));
                return std::nullopt;
            }
            ask_whether_to_cancel(client, started, terminal);
            interrupts.forget();
        }
        tasks.push_back(one.task());
    }
    return tasks;
}

// For a single run, also writes the short form, which is convenient with jq.
void print_json(client::Client& client, std::vector<Started> const& started, std::vector<Json> const& tasks,
                Terminal const& terminal) {
    std::vector<Ended> ended;
    for (std::size_t i = 0; i < started.size(); ++i) ended.push_back({tasks[i], outputs_of(client, started[i])});
    std::string json;
    base::JsonWriter to(json);
    to.begin_object();
    if (started.size() == 1)
        to.member("task", started[0].task_id)
            .member("state", text_in(tasks[0], "State"))
            .key("outputs")
            .value(ended[0].outputs);
    to.key("Runs").begin_array();
    for (std::size_t i = 0; i < started.size(); ++i) write_run(to, started[i], ended[i]);
    to.end_array().end_object();
    terminal.print_json(json);
}

int only_start(client::Client& client, std::vector<Started> const& started, RunOptions const& options,
               Terminal const& terminal) {
    if (options.output == "json") {
        std::vector<Json> tasks;
        for (auto const& each : started) tasks.push_back(client.get("/api/tasks/" + each.task_id));
        print_json(client, started, tasks, terminal);
    } else {
        for (auto const& each : started) terminal.print(each.task_id + "\n");
    }
    return 0;
}

int run_runbook(RunOptions const& options, Shared& shared) {
    shared.when_thrown = exit_could_not;
    auto const terminal = shared.terminal();
    auto client = connect(shared);
    auto const started = start(client, options, terminal);
    shared.when_thrown = exit_unknown;
    if (!options.follow && !options.wait) return only_start(client, started, options, terminal);
    auto const tasks = watch(client, started, options, terminal);
    if (!tasks) return exit_interrupted;
    for (auto const& task : *tasks) terminal.say(summary(task));
    if (options.output == "json") print_json(client, started, *tasks, terminal);
    return std::ranges::all_of(*tasks, succeeded) ? 0 : exit_failed;
}

void add_run_to(CLI::App& parent, Shared& shared, std::string const& spelled) {
    auto options = std::make_shared<RunOptions>();
    auto command =
        add_command(parent, "run", "Run a runbook",
                    {spelled + " \"Restart Tomcat\" --project Shop --environment Production --follow",
                     spelled + " \"Restart Tomcat\" -p Shop -e Staging -e Production --var Reason=upgrade --wait",
                     spelled + " \"Restart Tomcat\" -p Shop -e Production --output json --wait"});
    command->add_option("runbook", options->runbook, "Runbook name or id")->required();
    command->add_option("--project,-p", options->project, "Project name or id")->required();
    add_list(*command, "--environment,-e", options->environments, "Environment name or id (repeatable)")->required();
    add_name(*command, "--snapshot", options->snapshot, "Snapshot name or id (default: the published one)");
    add_list(*command, "--var", options->variables, "Answer to a prompt, as NAME=VALUE (repeatable)");
    add_list(*command, "--skip", options->skip, "Step to skip, by name (repeatable)");
    auto follow = command->add_flag("--follow,-f", options->follow, "Follow the log until the task ends");
    command->add_flag("--wait", options->wait, "Wait until the task ends, without its log")->excludes(follow);
    add_output(*command, options->output);
    on_chosen(*command, shared, [options, &shared] { return run_runbook(*options, shared); });
}

} // namespace

void add_run(CLI::App& app, Shared& shared) { add_run_to(app, shared, "stepwell run"); }

void add_runbook_run(CLI::App& app, Shared& shared) {
    add_run_to(*app.get_subcommand("runbook"), shared, "stepwell runbook run");
}

} // namespace stepwell::cli
