#include "base/error.h"
#include "cli/commands.h"
#include "cli/text_width.h"
#include "cli/usage.h"
#include "domain/nouns.h"

#include <boost/json.hpp>

namespace stepwell::cli {

using client::find_named;
using client::text_in;

namespace {

struct ExplainOptions {
    std::string project, runbook, environment, action, run, output;
};

std::string address_of(client::Client& client, ExplainOptions const& options) {
    auto with_action = [&](std::string address, char sign) {
        if (!options.action.empty()) address += sign + ("action=" + base::encode_percent(options.action));
        return address;
    };
    if (!options.run.empty())
        return with_action("runbookRuns/" + base::encode_percent(options.run) + "/variables/explain", '?');
    if (options.project.empty()) refuse_usage("--project", "is required without --run");
    auto const project = text_in(find_named(client, domain::noun_of<domain::Project>(), options.project), "Id");
    auto address = "variables/explain?project=" + base::encode_percent(project);
    if (!options.runbook.empty()) {
        auto const runbook =
            find_named(client, domain::noun_of<domain::Runbook>(), options.runbook, "ProjectId=" + project);
        address += "&runbook=" + base::encode_percent(text_in(runbook, "Id"));
    }
    if (!options.environment.empty()) {
        auto const environment = find_named(client, domain::noun_of<domain::Environment>(), options.environment);
        address += "&environment=" + base::encode_percent(text_in(environment, "Id"));
    }
    return with_action(std::move(address), '&');
}

std::string shown(Json const& value) {
    auto const text = base::find_member(value, "Value");
    if (text && text->is_string()) return printable(text_in(value, "Value"));
    auto const sensitive = base::find_member(value, "IsSensitive");
    return sensitive && *sensitive == Json(true) ? "(sensitive)" : "(none)";
}

// Prints name = value with the reason, followed by the values that are not used.
void print_variable(Json const& variable, Terminal const& terminal) {
    auto const name = printable(text_in(variable, "Name"));
    auto say = [&](std::string const& front, Json const& value) {
        terminal.print(fmt::format("{}{}  [{}: {}]\n", front, shown(value), printable(text_in(value, "Source")),
                                   printable(text_in(value, "Reason"))));
    };
    if (auto const& winner = variable.at("Winner"); winner.is_object())
        say(name + " = ", winner);
    else
        terminal.print(name + " has no value in this scope\n");
    for (auto const& loser : variable.at("Losers").as_array()) say("    not ", loser);
}

int explain(ExplainOptions const& options, Shared const& shared) {
    auto client = connect(shared);
    auto const terminal = shared.terminal();
    auto const answer = client.get(address_of(client, options));
    if (options.output == "json") {
        terminal.print_json(base::to_text(answer));
        return 0;
    }
    for (auto const& variable : answer.at("Variables").as_array()) print_variable(variable, terminal);
    for (auto const& tie : answer.at("Ties").as_array())
        terminal.say(fmt::format("Several values of {} are equally specific; the first in the list is used.",
                                 printable(std::string(tie.as_string()))));
    return 0;
}

} // namespace

void add_variables(CLI::App& app, Shared& shared) {
    auto variables = add_command(app, "variables", "Work with the values of variables",
                                 {"stepwell variables explain --project Shop --environment Production"});
    variables->require_subcommand(1);
    auto options = std::make_shared<ExplainOptions>();
    auto command = add_command(*variables, "explain", "Explain which value of each variable is used",
                               {"stepwell variables explain --project Shop --environment Production",
                                "stepwell variables explain -p Shop --runbook \"Restart Tomcat\" -e Production",
                                "stepwell variables explain --run RunbookRuns-1"});
    add_name(*command, "--project,-p", options->project, "Project name or id");
    add_name(*command, "--runbook", options->runbook, "Runbook name or id");
    add_name(*command, "--environment,-e", options->environment, "Environment name or id");
    add_name(*command, "--action", options->action, "Step name or id");
    add_name(*command, "--run", options->run, "Id of a run: explain the values that it used");
    add_output(*command, options->output);
    on_chosen(*command, shared, [options, &shared] { return explain(*options, shared); });
}

} // namespace stepwell::cli
