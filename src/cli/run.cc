#include "cli/run.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/version.h"
#include "cli/commands.h"
#include "cli/usage.h"

namespace stepwell::cli {

namespace {

void add_version(CLI::App& app, Shared& shared) {
    auto const version = "Stepwell " + std::string(base::program_version);
    app.set_version_flag("--version", version, "Print the version");
    auto command = add_command(app, "version", "Print the version", {"stepwell version"});
    on_chosen(*command, shared, [&shared, version] {
        shared.terminal().print(version + "\n");
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

void say_error(Shared const& shared, base::Error const& error) {
    auto const terminal = shared.terminal();
    auto const& problems = error.problems();
    bool const said = problems.size() == 1 && base::to_text(problems[0]) == error.message();
    terminal.say("stepwell: " + error.message());
    if (!said)
        for (auto const& problem : problems) terminal.say("  " + base::to_text(problem));
    if (error.kind() == base::Kind::unauthenticated && !shared.is_signing_in)
        terminal.say("Sign in with `stepwell login URL`, or give --api-key.");
}

} // namespace

void add_all_commands(CLI::App& app, Shared& shared) {
    app.name("stepwell");
    app.description("Stepwell: self-service runbooks");
    app.require_subcommand(1);
    app.fallthrough();
    std::string footer = "Commands for the machine of the server (each has --help):\n";
    for (auto const& [name, description] : server_commands)
        footer += fmt::format("  stepwell {:<11} {}\n", name, description);
    app.footer(footer + "\nExamples:\n  stepwell runbook list\n"
                        "  stepwell run \"Restart Tomcat\" --project Shop --environment Production --follow\n"
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
        return explain_usage(app, error);
    } catch (UsageError const& error) {
        say_error(shared, error);
        return exit_could_not;
    } catch (base::Error const& error) {
        say_error(shared, error);
    } catch (std::exception const& error) {
        shared.terminal().say(std::string("stepwell: ") + error.what());
    }
    return shared.when_thrown;
}

} // namespace stepwell::cli
