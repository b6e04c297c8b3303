#include "cli/run.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/version.h"
#include "cli/commands.h"

namespace stepwell::cli {

namespace {

void add_version(CLI::App& app, Shared& shared) {
    auto command = add_command(app, "version", "Print the version", {"stepwell version"});
    on_chosen(*command, shared, [&shared] {
        shared.terminal().print("Stepwell " + std::string(base::program_version) + "\n");
        return 0;
    });
}

void add_shared_options(CLI::App& app, Shared& shared) {
    app.add_option("--server", shared.server,
                   "Server URL (default: STEPWELL_URL, OCTOPUS_URL, or that of `stepwell login`)");
    app.add_option("--api-key", shared.api_key,
                   "API key (default: STEPWELL_API_KEY, OCTOPUS_API_KEY, or that of `stepwell login`)");
    app.add_option("--space", shared.space, "Space name or id (default: the default space)")->envname("STEPWELL_SPACE");
    app.add_flag("--no-color", shared.no_color, "Disable colors and control sequences, also in logs");
}

// Prints "--project is required" without the wording that CLI11 adds.
int explain(CLI::App const& app, CLI::ParseError const& error) {
    if (error.get_exit_code() == 0) return app.exit(error); // a request for help
    auto const* command = &app;
    std::string name = "stepwell";
    for (auto named = app.get_subcommands(); !named.empty(); named = command->get_subcommands()) {
        command = named.front();
        name += " " + command->get_name();
    }
    std::fprintf(stderr, "stepwell: %s\nSee `%s --help`.\n", error.what(), name.c_str());
    return exit_could_not;
}

void say_error(Shared const& shared, base::Error const& error) {
    auto const terminal = shared.terminal();
    auto const& problems = error.problems();
    bool const said = problems.size() == 1 && base::to_text(problems[0]) == error.message();
    terminal.say("stepwell: " + error.message());
    if (!said)
        for (auto const& problem : problems) terminal.say("  " + base::to_text(problem));
    if (error.kind() == base::Kind::unauthenticated)
        terminal.say("Sign in with `stepwell login URL`, or give --api-key.");
}

} // namespace

void add_all_commands(CLI::App& app, Shared& shared) {
    app.name("stepwell");
    app.description("Stepwell: self-service runbooks");
    app.require_subcommand(1);
    app.fallthrough();
    app.footer("Commands for the machine of the server (each has --help):\n"
               "  stepwell server      Serve runbooks\n"
               "  stepwell check       Check the integrity of all stored data\n"
               "  stepwell migrate     Show or update the schema of the database\n"
               "  stepwell rotate-key  Replace the encryption key\n\n"
               "Examples:\n  stepwell runbook list\n  stepwell run \"Restart Tomcat\" --project Shop --environment "
               "Production --follow\n"
               "  stepwell task list --state Executing");
    add_shared_options(app, shared);
    add_run(app, shared);
    add_login(app, shared);
    add_tasks(app, shared);
    add_variables(app, shared);
    add_nouns(app, shared);
    add_runbook_run(app, shared);
    add_snapshots(app, shared);
    add_template(app, shared);
    add_version(app, shared);
}

int run(int argc, char** argv) {
    base::start_crypto();
    Shared shared;
    CLI::App app;
    add_all_commands(app, shared);
    try {
        app.parse(argc, argv);
        return shared.chosen();
    } catch (CLI::ParseError const& error) {
        return explain(app, error);
    } catch (base::Error const& error) {
        say_error(shared, error);
    } catch (std::exception const& error) {
        shared.terminal().say(std::string("stepwell: ") + error.what());
    }
    return shared.when_thrown;
}

} // namespace stepwell::cli
