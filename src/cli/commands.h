// What every command works with, and the commands themselves: each file adds its own.
#pragma once
#include "cli/config.h"
#include "cli/terminal.h"
#include "client/client.h"
#include "domain/noun.h"

#include <CLI/CLI.hpp>

namespace stepwell::cli {

using base::Json;

constexpr int exit_failed = 1;
constexpr int exit_could_not = 2; // of a run and of tasks; wrong usage of everything
constexpr int exit_unknown = 3;   // of a run: started, outcome unknown

struct Shared {
    std::string server, api_key, space; // as given; empty when not
    bool no_color = false;
    std::function<int()> chosen;   // what the command that was named does
    int when_thrown = exit_failed; // exit code when it throws

    Terminal terminal() const { return Terminal(no_color); }
};

// A client of the server that options, environment or file name.
client::Client connect(Shared const& shared);

// A command below another one. Examples are whole lines that work.
CLI::App* add_command(CLI::App& parent, std::string const& name, std::string const& description,
                      std::vector<std::string> const& examples);
// Runs `action` when the command was named.
void on_chosen(CLI::App& command, Shared& shared, std::function<int()> action);
// An option that may be given several times, with one value each.
CLI::Option* add_list(CLI::App& command, std::string const& name, std::vector<std::string>& values,
                      std::string const& description);
// --output json|table
void add_output(CLI::App& command, std::string& output);

// "project-group" for ProjectGroup; "snapshot" for RunbookSnapshot.
std::string command_name(domain::Noun const& noun);
// The noun that an id-member such as ProjectId speaks of; null when none does.
domain::Noun const* noun_of_member(std::string_view member);

void add_run(CLI::App& app, Shared& shared);
void add_login(CLI::App& app, Shared& shared);
void add_tasks(CLI::App& app, Shared& shared);
void add_nouns(CLI::App& app, Shared& shared);
// Beside what add_nouns made:
void add_runbook_run(CLI::App& app, Shared& shared);
void add_snapshots(CLI::App& app, Shared& shared);
void add_variables(CLI::App& app, Shared& shared);
void add_template(CLI::App& app, Shared& shared);
// The whole command line; `app` is new.
void add_all_commands(CLI::App& app, Shared& shared);

} // namespace stepwell::cli
