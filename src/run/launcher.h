// The launcher: a small root process that starts shims for an unprivileged server. It is stateless: its state is in the
// tickets' folders, in locks that the shims hold, and in the owners of scripts' folders. It outlives the server, and
// ending it ends no run. It never blocks on anything that a script can prolong: such work runs in child processes.
#pragma once
#include <string>
#include <sys/types.h>
#include <vector>

namespace stepwell::run {

struct LauncherOptions {
    std::string socket;  // path; created there for the server's account
    std::string tickets; // the server's folder of tickets
    std::string build;   // a launcher of a different build is replaced
    uid_t server_uid = 0;
    gid_t server_gid = 0;
    std::string shim_account = "stepwell-shim"; // account name, or
    uid_t shim_uid = 60990;                     // numeric uid and gid if that account does not exist
    uid_t first_uid = 61000;                    // of the slots: one uid and gid per running script
    unsigned slots = 64;
    uid_t cleaner_uid = 60988;         // used while the processes of a slot are ended; must be used by nothing else
    std::vector<std::string> accounts; // named accounts that an order may request
    bool use_cgroups = true;           // if available (v2)
    bool use_namespaces = true;        // if the kernel allows them
    std::string shim;                  // path of a different shim; empty: the embedded one
};

// Serves until it is told to quit, receives SIGTERM, or its folder of tickets is deleted. Returns the exit code.
// Returns immediately if a launcher of the same build already answers. Replaces any other launcher of the same folder,
// even if it is busy. Throws Error if it cannot start.
int run_launcher(LauncherOptions const& options);

} // namespace stepwell::run
