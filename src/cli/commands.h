// State shared by all commands, and the functions that add the commands. Each source file adds its own.
#pragma once
#include "cli/config.h"
#include "cli/terminal.h"
#include "client/client.h"
#include "domain/noun.h"

#include <CLI/CLI.hpp>

namespace stepwell::cli {

using base::Json;

constexpr int exit_failed = 1;
constexpr int exit_could_not = 2; // error in a run or task command; wrong usage of any command
constexpr int exit_unknown = 3;   // of a run: started, outcome unknown

struct Shared {
    std::string server, api_key, space; // as given; empty if not
    bool no_color = false;
    bool is_signing_in = false;    // `login`: no advice to sign in
    std::function<int()> chosen;   // runs the command that was named
    int when_thrown = exit_failed; // exit code if `chosen` throws

    Terminal terminal() const { return Terminal(no_color); }
};

// Returns a client of this server. Prints the warnings in answers to standard error. Throws UsageError if the URL is
// not valid.
client::Client open_client(client::Access access, Terminal const& terminal);
// Returns a client of the server selected by options, environment or configuration file.
client::Client connect(Shared const& shared);

// Adds a subcommand. Examples are complete command lines that work.
CLI::App* add_command(CLI::App& parent, std::string const& name, std::string const& description,
                      std::vector<std::string> const& examples);
// Runs `action` if the command is named.
void on_chosen(CLI::App& command, Shared& shared, std::function<int()> action);
// Adds a repeatable option with one value each.
CLI::Option* add_list(CLI::App& command, std::string const& name, std::vector<std::string>& values,
                      std::string const& description);
// Adds --output json|table.
void add_output(CLI::App& command, std::string& output);
// Adds --skip and --take. The default of --take is the current value.
void add_paging(CLI::App& command, std::int64_t& skip, std::int64_t& take);
// Adds an option or argument for a name or id, which must not be empty.
CLI::Option* add_name(CLI::App& command, std::string const& name, std::string& value, std::string const& description);

// Returns "project-group" for ProjectGroup and "snapshot" for RunbookSnapshot.
std::string command_name(domain::Noun const& noun);
// Returns the noun that a member such as ProjectId refers to; null if it refers to none.
domain::Noun const* noun_of_member(std::string_view member);

void add_run(CLI::App& app, Shared& shared);
void add_login(CLI::App& app, Shared& shared);
void add_tasks(CLI::App& app, Shared& shared);
void add_nouns(CLI::App& app, Shared& shared);
// Call the following after add_nouns(), whose commands they extend.
void add_runbook_run(CLI::App& app, Shared& shared);
void add_snapshots(CLI::App& app, Shared& shared);
void add_variables(CLI::App& app, Shared& shared);
void add_template(CLI::App& app, Shared& shared);
// Adds all commands to a new `app`.
void add_all_commands(CLI::App& app, Shared& shared);

} // namespace stepwell::cli
