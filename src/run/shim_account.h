// The rights of a shim: what it gives up and when.
#pragma once
#include <sys/types.h>

namespace stepwell::run {

struct ShimAccount {
    bool given = false;    // false: everything stays with the caller's account
    uid_t uid = uid_t(-1); // of the script
    gid_t gid = gid_t(-1);
    uid_t shim_uid = 0;
    gid_t shim_gid = 0;
    bool exclusive = false; // uid is handed on to the next run
};

// A folder that a script has for itself where the machine has one that all share.
struct PrivateFolder {
    char const* shared = ""; // such as /tmp
    char const* above = "";  // folder of root alone; the account's folder in it is mounted over `shared`
};

// No core dump, no tracing and no look into /proc by others of the same account; deaf to a terminal's and a parent's
// signals.
void hide_from_others();
// From root to the shim's account, with the capabilities to start one script. False when the machine refuses.
bool become_shim(ShimAccount const& account);
// CAP_KILL alone stays. False when the machine refuses: then the shim must not go on.
bool keep_only_kill();

} // namespace stepwell::run
