// The entry point of the command line, called by main.
#pragma once
#include <string_view>

namespace stepwell::cli {

// A command for the machine of the server. main() runs it, not run().
struct ServerCommand {
    std::string_view name, description;
};
inline constexpr ServerCommand server_commands[] = {
    {"server", "Serve runbooks"},
    {"check", "Check the integrity of all stored data"},
    {"migrate", "Show or update the schema of the database"},
    {"rotate-key", "Replace the encryption key"},
};

// Runs the command line and returns the exit code. 0: success; 1: refused or failed; 2: wrong usage. `stepwell run`: 0:
// success; 1: failed, timed out or canceled; 2: could not start; 3: started, outcome unknown. `stepwell task`: 1: the
// task failed, timed out or was canceled; 2: error. 130 after Ctrl-C.
int run(int argc, char** argv);

} // namespace stepwell::cli
