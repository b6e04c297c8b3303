#include "base/error.h"
#include "cli/commands.h"
#include "cli/follow.h"
#include "cli/table.h"
#include "cli/usage.h"
#include "domain/nouns.h"
#include "domain/task_machine.h"

#include <boost/json.hpp>

namespace stepwell::cli {

using client::text_in;

namespace {

struct Options {
    std::string id, partial_name, project, runbook, environment, output;
    std::vector<std::string> states;
    std::int64_t skip = 0, take = 30;
    bool follow = false;
};

std::string path_of(Options const& options) { return "/api/tasks/" + base::encode_percent(options.id); }

std::string list_path(client::Client& client, Options const& options) {
    auto path = fmt::format("tasks?skip={}&take={}", options.skip, options.take);
    auto add = [&](std::string const& key, std::string const& value) {
        path += "&" + key + "=" + base::encode_percent(value);
    };
    std::string project;
    if (!options.project.empty())
        add("project",
            project = text_in(client::find_named(client, domain::noun_of<domain::Project>(), options.project), "Id"));
    if (!options.runbook.empty())
        add("runbook", text_in(client::find_named(client, domain::noun_of<domain::Runbook>(), options.runbook,
                                                  project.empty() ? "" : "ProjectId=" + project),
                               "Id"));
    if (!options.environment.empty())
        add("environment",
            text_in(client::find_named(client, domain::noun_of<domain::Environment>(), options.environment), "Id"));
    if (!options.partial_name.empty()) add("partialName", options.partial_name);
    if (!options.states.empty()) add("states", base::join(options.states, ","));
    return path;
}

int list(Options const& options, Shared const& shared) {
    auto client = connect(shared);
    auto const terminal = shared.terminal();
    auto const text = client.send("GET", list_path(client, options));
    if (options.output == "json") {
        terminal.print_json(text);
        return 0;
    }
    auto const page = base::parse_json(text);
    Table table({"Id", "State", "Description", "Queued", "Duration"});
    for (auto const& task : page.at("Items").as_array())
        table.add({text_in(task, "Id"), text_in(task, "State"), text_in(task, "Description"),
                   text_in(task, "QueueTime").substr(0, 19), text_in(task, "Duration")});
    terminal.print(table.text(terminal.width()));
    auto const shown = std::int64_t(page.at("Items").as_array().size()),
               total = page.at("TotalResults").to_number<std::int64_t>();
    if (options.skip + shown < total)
        terminal.say(fmt::format("{} of {}; --take and --skip show others.", shown, total));
    return 0;
}

int view(Options const& options, Shared const& shared) {
    auto client = connect(shared);
    auto const terminal = shared.terminal();
    auto const text = client.send("GET", path_of(options));
    if (options.output == "json") {
        terminal.print_json(text);
        return 0;
    }
    auto const task = base::parse_json(text);
    Table table({"Member", "Value"});
    for (auto member :
         {"Id", "State", "Description", "QueueTime", "StartTime", "CompletedTime", "Duration", "ErrorMessage"})
        if (auto value = text_in(task, member); !value.empty()) table.add({member, std::move(value)});
    terminal.print(table.text(terminal.width()));
    return 0;
}

int log(Options const& options, Shared const& shared) {
    auto client = connect(shared);
    auto const terminal = shared.terminal();
    if (options.follow) {
        Watch(client, options.id, terminal, Watch::Log::standard_output).follow();
        return 0;
    }
    EscapeFilter filter(terminal.shows_colours() ? EscapeFilter::Keep::colours : EscapeFilter::Keep::text);
    client.stream(path_of(options) + "/raw", {}, [&](std::string_view bytes) {
        terminal.print(filter.feed(bytes));
        return true;
    });
    if (terminal.shows_colours()) terminal.print("\x1b[0m");
    return 0;
}

int wait(Options const& options, Shared const& shared) {
    auto client = connect(shared);
    auto const terminal = shared.terminal();
    Watch watch(client, options.id, terminal, Watch::Log::none);
    watch.follow();
    auto const task = watch.task();
    if (options.output == "json")
        terminal.print_json(base::to_text(task));
    else
        terminal.say(summary(task));
    return succeeded(task) ? 0 : exit_failed;
}

int cancel(Options const& options, Shared const& shared) {
    auto client = connect(shared);
    auto task = client.get(path_of(options));
    bool const had_ended = !text_in(task, "CompletedTime").empty();
    if (!had_ended) task = client.post(path_of(options) + "/cancel", "{}");
    auto const state = text_in(task, "State");
    // It may also have ended in another way since the answer before.
    bool const is_canceled = !had_ended && (state == "Canceled" || text_in(task, "CompletedTime").empty());
    shared.terminal().print(text_in(task, "Id") + (is_canceled ? " " : " had already ended: ") + state + "\n");
    return 0;
}

// An error of the command must not exit with 1, which is reserved for the result of a run.
void on_task_chosen(CLI::App& command, Shared& shared, std::function<int()> action) {
    on_chosen(command, shared, [&shared, action = std::move(action)] {
        shared.when_thrown = exit_could_not;
        return action();
    });
}

// Adds a command that takes one task.
std::pair<CLI::App*, std::shared_ptr<Options>> add_one(CLI::App& parent, std::string const& name,
                                                       std::string const& description,
                                                       std::vector<std::string> const& examples) {
    auto command = add_command(parent, name, description, examples);
    auto options = std::make_shared<Options>();
    add_name(*command, "id", options->id, "Id of the task, such as ServerTasks-7")->required();
    return {command, options};
}

void add_list(CLI::App& parent, Shared& shared) {
    auto command = add_command(parent, "list", "List tasks, newest first",
                               {"stepwell task list", "stepwell task list --state Executing --state Queued",
                                "stepwell task list --project Shop --take 5 --output json"});
    auto options = std::make_shared<Options>();
    cli::add_list(*command, "--state", options->states,
                  "State: Queued, Executing, Cancelling, Success, Failed, Canceled or TimedOut (repeatable)")
        ->transform(one_of({domain::task_states.begin(), domain::task_states.end()}));
    add_name(*command, "--project", options->project, "Project name or id");
    add_name(*command, "--runbook", options->runbook, "Runbook name or id");
    add_name(*command, "--environment", options->environment, "Environment name or id");
    command->add_option("--partial-name", options->partial_name, "Text contained in the description");
    add_paging(*command, options->skip, options->take);
    add_output(*command, options->output);
    on_task_chosen(*command, shared, [options, &shared] { return list(*options, shared); });
}

} // namespace

void add_tasks(CLI::App& app, Shared& shared) {
    auto task =
        add_command(app, "task", "View and cancel runs", {"stepwell task list", "stepwell task log ServerTasks-1"});
    task->require_subcommand(1);
    add_list(*task, shared);
    auto [see, seen] = add_one(*task, "view", "Show a task",
                               {"stepwell task view ServerTasks-1", "stepwell task view ServerTasks-1 --output json"});
    add_output(*see, seen->output);
    on_task_chosen(*see, shared, [options = seen, &shared] { return view(*options, shared); });
    auto [read, of] = add_one(*task, "log", "Print the log of a run",
                              {"stepwell task log ServerTasks-1", "stepwell task log ServerTasks-1 --follow"});
    read->add_flag("--follow,-f", of->follow, "Follow the log until the task ends");
    on_task_chosen(*read, shared, [options = of, &shared] { return log(*options, shared); });
    auto [await, end] = add_one(
        *task, "wait", "Wait for a task to end (exit code 0: success, 1: failed, timed out or canceled, 2: error)",
        {"stepwell task wait ServerTasks-1", "stepwell task wait ServerTasks-1 --output json"});
    add_output(*await, end->output);
    on_task_chosen(*await, shared, [options = end, &shared] { return wait(*options, shared); });
    auto [stop, which] = add_one(*task, "cancel", "Cancel a run", {"stepwell task cancel ServerTasks-2"});
    on_task_chosen(*stop, shared, [options = which, &shared] { return cancel(*options, shared); });
}

} // namespace stepwell::cli
