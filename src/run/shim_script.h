// The start of the script's first process. Compiles without exceptions and allocates nothing.
#pragma once
#include <sys/types.h>

namespace stepwell::run {

struct ScriptStart {
    char* const* argv = nullptr; // argv[0] is looked up in PATH
    char* const* environment = nullptr;
    int folder = -1;        // working directory
    int values = -1;        // its descriptor 3
    int out = -1, err = -1; // its descriptors 1 and 2; 0 is the caller's
    int cgroup = -1;        // folder of the cgroup to be born in; -1: the caller's
    uid_t uid = uid_t(-1);  // account to become, with no other groups; -1: the caller's
    gid_t gid = gid_t(-1);
    bool alone = false; // nobody else uses the account: what it may take is limited
};

// A process that is all but the program. It ends with its parent.
struct WaitingScript {
    pid_t pid = -1; // -1: there is none, for the reason that begin_script gives
    int gate = -1;
    int error = 0;
};
struct StartedScript {
    pid_t pid = -1;             // -1: it never ran
    int error = 0;              // errno then
    char const* failed_at = ""; // and what it was about
};

// Own session, default signals, all other descriptors closed. One of the other two must follow.
WaitingScript make_script(ScriptStart const& start);
// Returns when the program is running, or known not to.
StartedScript begin_script(WaitingScript const& waiting);
void drop_script(WaitingScript const& waiting);

} // namespace stepwell::run
