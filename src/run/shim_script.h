// Starting the script's first process. Compiles without exceptions and allocates no memory.
#pragma once
#include <sys/types.h>

namespace stepwell::run {

struct ScriptStart {
    char* const* argv = nullptr; // argv[0] is searched in PATH
    char* const* environment = nullptr;
    int folder = -1;        // working directory
    int values = -1;        // descriptor 3 of the script
    int out = -1, err = -1; // descriptors 1 and 2 of the script; descriptor 0 is the caller's
    int cgroup = -1;        // folder of the cgroup to start in; -1: the caller's
    uid_t uid = uid_t(-1);  // account to change to, without supplementary groups; -1: the caller's
    gid_t gid = gid_t(-1);
    bool alone = false; // exclusive use of the account: its resources are limited
};

// A process that waits to execute the script. It ends with its parent.
struct WaitingScript {
    pid_t pid = -1; // -1: not created; begin_script() returns the reason
    int gate = -1;
    int error = 0;
};
struct StartedScript {
    pid_t pid = -1;             // -1: the script never ran
    int error = 0;              // errno in that case
    char const* failed_at = ""; // the operation that failed
};

// Creates the process with its own session, default signals and no other descriptors. Call begin_script() or
// drop_script() next.
WaitingScript make_script(ScriptStart const& start);
// Returns when the program is running or has failed to start.
StartedScript begin_script(WaitingScript const& waiting);
void drop_script(WaitingScript const& waiting);

} // namespace stepwell::run
