// The only binary: `stepwell server …` runs the server, all other commands are the command line.
#include "apps/control.h"
#include "apps/server.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/commands.h"
#include "cli/run.h"
#include "cli/usage.h"
#include "net/listening.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using stepwell::cli::add_command;
using stepwell::cli::add_number;

std::string environment(char const* name) {
    auto value = std::getenv(name);
    return value ? value : "";
}

// Reads a secret from the environment and erases it there. unsetenv() alone leaves the bytes visible in
// /proc/PID/environ.
std::string take_secret(char const* name) {
    auto value = std::getenv(name);
    if (!value) return {};
    std::string taken = value;
    ::explicit_bzero(value, taken.size());
    ::unsetenv(name);
    return taken;
}

// The process holds the encryption key. Other processes of this account cannot read its memory, and it writes no core
// dump.
void hide_memory() {
    rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// Starts the server. If that fails, stops the launcher that this start created.
std::unique_ptr<stepwell::apps::Server> begin(stepwell::apps::ServerOptions& options) {
    try {
        // after the start of the launcher, which keeps the former limit
        options.script_descriptors = stepwell::apps::raise_descriptor_limit();
        hide_memory();
        return std::make_unique<stepwell::apps::Server>(options);
    } catch (...) {
        stepwell::apps::end_new_launcher(options.run_as);
        throw;
    }
}

constexpr std::chrono::seconds max_shutdown{5};

// Ends this process after `limit`. The next start resumes interrupted work, as after a kill.
void end_within(std::chrono::seconds limit) {
    std::signal(SIGALRM, [](int) {
        constexpr std::string_view text = "The server did not shut down in time. The next start resumes its work.\n";
        [[maybe_unused]] auto written = ::write(STDERR_FILENO, text.data(), text.size());
        ::_exit(0);
    });
    ::alarm(unsigned(limit.count()));
}

int serve(stepwell::apps::ServerOptions options, std::string const& run_uids, bool allow_same_user) {
    std::signal(SIGPIPE, SIG_IGN);
    ::umask(077); // all new files are accessible to this account only

    options.admin_username = environment("STEPWELL_ADMIN_USERNAME");
    options.admin_password = take_secret("STEPWELL_ADMIN_PASSWORD");
    options.admin_api_key = take_secret("STEPWELL_ADMIN_API_KEY");
    options.data = stepwell::apps::find_folder(options.data);
    auto lock = stepwell::apps::take_folder(options.data); // held until the process ends
    options.is_locked = true;
    options.run_as = stepwell::apps::settle_privileges(options.data, run_uids, allow_same_user);
    // Until here, both signals end the process, whatever it waits for. From here on sigwait() below receives them;
    // threads inherit the mask.
    sigset_t ends;
    sigemptyset(&ends);
    for (int signal : {SIGINT, SIGTERM}) sigaddset(&ends, signal);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    auto server = begin(options);
    std::printf("Stepwell listens on port %u\n", unsigned(server->port()));
    if (!server->one_time_password().empty())
        std::printf("First start: sign in as %s with the password %s and change it.\n",
                    options.admin_username.empty() ? "admin" : options.admin_username.c_str(),
                    server->one_time_password().c_str());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&ends, &signal);
    end_within(max_shutdown);
    return 0;
}

void print_line(std::string const& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

int check(std::string const& data) {
    stepwell::apps::check_data(data, print_line);
    print_line(data + " is in order.");
    return 0;
}

int migrate(std::string const& data, bool up, bool dry_run) {
    using stepwell::apps::Migrate;
    stepwell::apps::migrate_data(data, !up ? Migrate::status : dry_run ? Migrate::try_up : Migrate::up, print_line);
    return 0;
}

int rotate(std::string const& data) {
    stepwell::apps::rotate_key(data, print_line);
    std::printf("The former key is in %s/former-keys. Older backups of the database need it. When the audit log shows "
                "KeyRotationFinished, move the key to these backups.\n",
                data.c_str());
    return 0;
}

// Accepts values for which `check` does not throw.
CLI::Validator checked_by(void (*check)(std::string const&)) {
    return stepwell::cli::accepting([check](std::string const& value) -> std::string {
        try {
            check(value);
            return {};
        } catch (stepwell::base::Error const& error) {
            return error.problems().empty() ? error.message() : error.problems().front().message;
        }
    });
}

void add_data(CLI::App& command, std::string& data, std::string const& description) {
    auto const problem_of = [](std::string const& path) -> std::string {
        std::error_code none;
        if (path.empty()) return "must not be empty";
        bool const is_other = std::filesystem::exists(path, none) && !std::filesystem::is_directory(path, none);
        return is_other ? "'" + path + "' is not a folder" : "";
    };
    command.add_option("--data", data, description)->required()->check(stepwell::cli::accepting(problem_of));
}

void add_server(CLI::App& app, stepwell::apps::ServerOptions& options, std::string& run_uids, bool& allow_same_user) {
    auto& server =
        *add_command(app, "server", "Serve the API and run scripts with the built-in worker",
                     {"stepwell server --data /var/lib/stepwell",
                      "stepwell server --data /var/lib/stepwell --listen 127.0.0.1:8070 --run-uids 62000-62015"});
    add_data(server, options.data, "Folder for all stored data");
    server.add_option("--listen", options.listen, "HOST:PORT to listen on (default: " + options.listen + ")")
        ->check(checked_by(stepwell::net::check_address));
    server.add_option("--run-uids", run_uids, "Range of user ids for scripts (default: " + run_uids + ")")
        ->check(checked_by(stepwell::apps::check_run_uids));
    server.add_flag("--allow-same-user", allow_same_user, "Allow scripts to run as the server's own account");
    add_number(server, "--max-connections", options.connections.most,
               "Maximum number of connections; lower if the limit of open files is low", {64, 1'000'000});
    add_number(server, "--max-anonymous-per-address", options.connections.anonymous_of_network,
               "Maximum number of connections of one address without an authenticated request; 0: only "
               "--max-connections applies",
               {0, 1'000'000});
}

void add_launcher(CLI::App& app, std::string& data, unsigned& uid, unsigned& gid, std::string& run_uids) {
    auto launcher =
        app.add_subcommand("launcher", "Start scripts for an unprivileged server; started by the server as root")
            ->group("");
    launcher->add_option("--data", data)->required();
    launcher->add_option("--server-uid", uid)->required();
    launcher->add_option("--server-gid", gid)->required();
    launcher->add_option("--run-uids", run_uids);
}

void add_migrate(CLI::App& app, std::string& data, bool& dry_run) {
    std::string const status = "stepwell migrate status --data /var/lib/stepwell",
                      up = "stepwell migrate up --data /var/lib/stepwell";
    auto migrate = add_command(app, "migrate", "Show or update the schema of the database", {status, up});
    migrate->require_subcommand(1);
    add_data(*add_command(*migrate, "status", "Show the schema and the pending migrations", {status}), data,
             "Folder of the installation");
    auto update = add_command(*migrate, "up", "Copy and migrate the database, as at server startup",
                              {"stepwell migrate up --dry-run --data /var/lib/stepwell", up});
    add_data(*update, data, "Folder of the installation");
    update->add_flag("--dry-run", dry_run, "Migrate on trial and undo all changes");
}

// `stepwell server …`, `stepwell launcher …`, `stepwell rotate-key …`, `stepwell check …` and `stepwell migrate …`.
int serve(int argc, char** argv) {
    CLI::App app("Stepwell: self-service runbooks", "stepwell");
    stepwell::apps::ServerOptions options;
    std::string run_uids = "61000-61063";
    bool allow_same_user = false, dry_run = false;
    unsigned server_uid = 0, server_gid = 0;
    add_server(app, options, run_uids, allow_same_user);
    add_launcher(app, options.data, server_uid, server_gid, run_uids);
    add_data(*add_command(app, "rotate-key", "Replace the encryption key; the server may be running or stopped",
                          {"stepwell rotate-key --data /var/lib/stepwell"}),
             options.data, "Folder of the installation");
    add_data(*add_command(app, "check",
                          "Check the integrity of all stored data; the server may be running or stopped (exit code 1: "
                          "damaged)",
                          {"stepwell check --data /var/lib/stepwell"}),
             options.data, "Folder of the installation");
    add_migrate(app, options.data, dry_run);
    app.require_subcommand(1);
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        return stepwell::cli::explain_usage(app, error);
    }
    auto const command = app.get_subcommands().front()->get_name();
    try {
        stepwell::base::start_crypto();
        if (command == "launcher")
            return stepwell::apps::serve_launcher(options.data, server_uid, server_gid, run_uids);
        if (command == "rotate-key") return rotate(options.data);
        if (command == "check") return check(options.data);
        if (command == "migrate")
            return migrate(options.data, app.get_subcommand("migrate")->got_subcommand("up"), dry_run);
        stepwell::base::limit_free_memory();
        return serve(options, run_uids, allow_same_user);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "stepwell: %s\n", error.what());
        return 1;
    }
}

} // namespace

int main(int argc, char** argv) {
    std::string_view const command = argc > 1 ? argv[1] : "";
    auto const has_name = [&](stepwell::cli::ServerCommand const& each) { return each.name == command; };
    bool const is_of_server = command == "launcher" || std::ranges::any_of(stepwell::cli::server_commands, has_name);
    return is_of_server ? serve(argc, argv) : stepwell::cli::run(argc, argv);
}
