// The small root program that starts shims for a server without rights. Stateless: what it must know is in the tickets'
// folders, in locks that the shims hold, and in who owns a script's folder. It outlives the server; ending it ends no
// run. It waits for nothing that a script can make last: what takes time happens in children of its own.
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
    uid_t cleaner_uid = 60988; // of whatever ends the processes of a slot, for that moment; nothing else may have it
    std::vector<std::string> accounts; // that an order may name instead
    bool use_cgroups = true;           // where there are any (v2)
    bool use_namespaces = true;        // where the kernel allows it
    std::string shim;                  // another build of the shim; empty: the one carried inside
};

// Serves until it is told to quit, gets SIGTERM, or its folder of tickets is deleted; returns the exit code. A launcher
// of the same build that answers already is left alone; any other of the same folder is gone when this one serves,
// whatever it was doing. Throws Error when it cannot begin.
int run_launcher(LauncherOptions const& options);

} // namespace stepwell::run
