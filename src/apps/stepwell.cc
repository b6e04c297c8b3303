// The only binary: `stepwell server …` runs the server, all other commands are the command line.
#include "apps/control.h"
#include "apps/server.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/run.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

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

void add_server(CLI::App& app, stepwell::apps::ServerOptions& options, std::string& run_uids, bool& allow_same_user) {
    auto server = app.add_subcommand("server", "Serve the API and run scripts with the built-in worker");
    server->add_option("--data", options.data, "Folder for all stored data")->required();
    server->add_option("--listen", options.listen, "HOST:PORT")->capture_default_str();
    server->add_option("--run-uids", run_uids, "Range of user ids for scripts")->capture_default_str();
    server->add_flag("--allow-same-user", allow_same_user, "Allow scripts to run as the server's own account");
    server
        ->add_option("--max-connections", options.connections.most,
                     "Maximum number of connections; lower if the limit of open files is low")
        ->check(CLI::Range(64, 1'000'000))
        ->capture_default_str();
    server
        ->add_option("--max-anonymous-per-address", options.connections.anonymous_of_network,
                     "Maximum number of connections of one address without an authenticated request; 0: only "
                     "--max-connections applies")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
}

// `stepwell server …`, `stepwell launcher …`, `stepwell rotate-key …`, `stepwell check …` and `stepwell migrate …`.
int serve(int argc, char** argv) {
    CLI::App app("Stepwell: self-service runbooks", "stepwell");
    stepwell::apps::ServerOptions options;
    std::string run_uids = "61000-61063";
    bool allow_same_user = false;
    add_server(app, options, run_uids, allow_same_user);
    unsigned server_uid = 0, server_gid = 0;
    auto launcher =
        app.add_subcommand("launcher", "Start scripts for an unprivileged server; started by the server as root")
            ->group("");
    launcher->add_option("--data", options.data)->required();
    launcher->add_option("--server-uid", server_uid)->required();
    launcher->add_option("--server-gid", server_gid)->required();
    launcher->add_option("--run-uids", run_uids);
    auto rotation =
        app.add_subcommand("rotate-key", "Replace the encryption key; the server may be running or stopped");
    rotation->add_option("--data", options.data, "Folder of the installation")->required();
    auto checking = app.add_subcommand(
        "check", "Check the integrity of all stored data; the server may be running or stopped (exit code 1: damaged)");
    checking->add_option("--data", options.data, "Folder of the installation")->required();
    auto migration = app.add_subcommand("migrate", "Show or update the schema of the database");
    migration->require_subcommand(1);
    auto status = migration->add_subcommand("status", "Show the schema and the pending migrations");
    auto up = migration->add_subcommand("up", "Copy and migrate the database, as at server startup");
    for (auto command : {status, up})
        command->add_option("--data", options.data, "Folder of the installation")->required();
    bool dry_run = false;
    up->add_flag("--dry-run", dry_run, "Migrate on trial and undo all changes");
    app.require_subcommand(1);
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        return app.exit(error) == 0 ? 0 : 2; // a request for help is not an error
    }
    try {
        stepwell::base::start_crypto();
        if (*launcher) return stepwell::apps::serve_launcher(options.data, server_uid, server_gid, run_uids);
        if (*rotation) return rotate(options.data);
        if (*checking) return check(options.data);
        if (*migration) return migrate(options.data, bool(*up), dry_run);
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
    if (command == "server" || command == "launcher" || command == "rotate-key" || command == "check" ||
        command == "migrate")
        return serve(argc, argv);
    return stepwell::cli::run(argc, argv);
}
