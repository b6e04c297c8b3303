// The privileges of a shim, and when it drops them.
#pragma once
#include <sys/types.h>

namespace stepwell::run {

struct ShimAccount {
    bool given = false;    // false: everything runs as the caller's account
    uid_t uid = uid_t(-1); // account of the script
    gid_t gid = gid_t(-1);
    uid_t shim_uid = 0;
    gid_t shim_gid = 0;
    bool exclusive = false; // the uid is reused by the next run
};

// A folder that replaces a shared folder for one script.
struct PrivateFolder {
    char const* shared = ""; // such as /tmp
    char const* above = "";  // root-only folder; the account's folder inside it is mounted over `shared`
};

// Disables core dumps, tracing, and reading /proc by other processes of the same account. Ignores signals from a
// terminal and from the parent.
void hide_from_others();
// Changes from root to the shim's account, keeping the capabilities to start one script. Returns false on failure.
bool become_shim(ShimAccount const& account);
// Drops all capabilities except CAP_KILL. Returns false on failure; the shim must then end.
bool keep_only_kill();

} // namespace stepwell::run
