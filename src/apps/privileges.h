// The account that runs scripts, determined before all other parts of the start: a launcher started as root, a launcher
// that already runs, or, if allowed, the server's own account.
#pragma once
#include "base/files.h"

#include <string>

namespace stepwell::apps {

struct RunAs {
    std::string launcher;      // path of its socket; empty means no launcher
    bool same_user = false;    // scripts run as the server's own account
    std::string off;           // why scripts cannot run; empty if they can
    std::size_t slots = 64;    // maximum number of scripts that run at a time
    bool new_launcher = false; // this start created the launcher, and none ran before
};

// Returns the absolute path of the data folder. If `data` is a symbolic link, returns its target. Throws Error{invalid}
// if the target is not a folder or the link belongs to another account.
std::string find_folder(std::string const& data);

// Creates the folder if it does not exist, and locks it. A start keeps the lock until the process ends. Without the
// lock, a start must not change the folder or the launcher, which another server may use. Throws Error{conflict} if
// another process holds the lock. As root, throws Error{invalid} if the folder does not belong to the server's account.
base::Fd take_folder(std::string const& data);

// Throws Error{invalid} if `range` is not a range such as 61000-61063, or, as root, if scripts cannot use its uids.
void check_run_uids(std::string const& range);

// As root: starts the launcher, or finds one of the same build, gives the folder to the account `stepwell` and switches
// to that account. Call with the lock of the folder and while the process has one thread. Throws Error if it fails, and
// then stops a new launcher.
RunAs settle_privileges(std::string const& data, std::string const& run_uids, bool allow_same_user);

// Stops the launcher if this start created it, for a server that cannot start. Call with the lock of the folder. A
// launcher that ran before, or replaced another one, is not stopped: it may have running scripts.
void end_new_launcher(RunAs const& run_as);

// Runs `stepwell launcher …`, which the server starts.
int serve_launcher(std::string const& data, unsigned server_uid, unsigned server_gid, std::string const& run_uids);

} // namespace stepwell::apps
