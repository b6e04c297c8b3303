// Who runs scripts, settled before anything else: a launcher started as root, a launcher that is already there, or,
// where somebody allowed it, the server's own account.
#pragma once
#include "base/files.h"

#include <string>

namespace stepwell::apps {

struct RunAs {
    std::string launcher;   // its socket; empty: none
    bool same_user = false; // scripts run as the server's own account
    std::string off;        // why no script can run; empty when one can
    std::size_t slots = 64; // how many may run at a time
    bool new_launcher = false; // there was none before
};

// The absolute path of the folder that DATA names: of `data`, or of what it leads to if it is a symbolic link. Throws
// Error{invalid} if the link leads to no folder or is another account's.
std::string find_folder(std::string const& data);

// Makes the folder if it is missing, and takes its lock. A start keeps the lock until the process ends: without it, a
// start changes neither the folder nor the launcher, which may be those of a server that runs. Throws Error{conflict}
// if another process has it, and Error{invalid}, as root, if the folder belongs to an account that is not the server's.
base::Fd take_folder(std::string const& data);

// As root: starts the launcher (or finds one of the same build), hands the folder to the account `stepwell` and becomes
// it. Call it with the lock of the folder, while there is one thread. Throws Error when that cannot be done, and leaves
// no new launcher then.
RunAs settle_privileges(std::string const& data, std::string const& run_uids, bool allow_same_user);

// Ends the launcher again if this start brought it: for a server that cannot begin. Call it with the lock of the
// folder. A launcher that was there before, or was replaced, may have scripts.
void end_new_launcher(RunAs const& run_as);

// `stepwell launcher …`: what the server starts.
int serve_launcher(std::string const& data, unsigned server_uid, unsigned server_gid, std::string const& run_uids);

} // namespace stepwell::apps
