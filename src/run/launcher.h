// The small root program that starts shims for a server without rights. Stateless: what it must know is in the tickets'
// folders, in locks that the shims hold, and in who owns a script's folder. It outlives the server; ending it ends no
// run.
#pragma once
#include <string>
#include <sys/types.h>
#include <vector>

namespace stepwell::run {

struct LauncherOptions {
    std::string socket;  // made there, for the server's account
    std::string tickets; // folder of the server
    std::string build;   // a launcher of another build is replaced
    uid_t server_uid = 0;
    gid_t server_gid = 0;
    std::string shim_account = "stepwell-shim"; // an account, or
    uid_t shim_uid = 60990;                     // the number to use while it does not exist; group likewise
    uid_t first_uid = 61000;                    // of the slots: one account for each running script, group likewise
    unsigned slots = 64;
    std::vector<std::string> accounts; // that an order may name instead
    bool use_cgroups = true;           // where there are any (v2)
    std::string shim;                  // another build of the shim; empty: the one carried inside
};

// Serves until it is told to quit or gets SIGTERM; returns the exit code. A launcher of the same build that answers
// already is left alone. Throws Error when it cannot begin.
int run_launcher(LauncherOptions const& options);

} // namespace stepwell::run
