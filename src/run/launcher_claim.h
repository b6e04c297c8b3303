// A machine-wide lock that makes one process the launcher of a folder of tickets.
#pragma once
#include "base/files.h"

#include <chrono>
#include <string>
#include <sys/types.h>

namespace stepwell::run {

// Returns the in-memory folder for the locks of this machine's launchers, accessible to root only. Throws
// Error{unavailable} if there is none.
std::string launchers_folder();

// Removes empty folders of launchers that were killed and did not restart: folders of root, in memory or for temporary
// files, named after a claim that no process holds. `own_name` is this launcher's claim.
void remove_unclaimed_folders(std::string const& folder, std::string const& own_name);

// A lock that belongs to the process, not to a descriptor: child processes do not hold it.
class LauncherClaim {
public:
    // The lock is the file `name` in `folder`.
    LauncherClaim(std::string const& folder, std::string const& name);
    // Releases the lock and removes the file.
    ~LauncherClaim();
    LauncherClaim(LauncherClaim const&) = delete;

    // Returns false if another process holds the lock.
    bool take();
    // Blocks until the holder ends. Returns false if it did not within `limit`.
    bool wait_for_holder(std::chrono::milliseconds limit);
    // Kills the holder unconditionally.
    void end_holder();

private:
    base::Fd open_holder() const;

    std::string const path_;
    base::Fd file_;
    bool taken_ = false;
};

} // namespace stepwell::run
