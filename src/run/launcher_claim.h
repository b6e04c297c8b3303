// The right to be the launcher of a folder of tickets, which one process of a machine has at a time.
#pragma once
#include "base/files.h"

#include <chrono>
#include <string>
#include <sys/types.h>

namespace stepwell::run {

// Returns the folder in memory in which the launchers of this machine keep their locks, which is root's alone. Throws
// Error{unavailable} if there is none.
std::string launchers_folder();

// Removes the empty folders of launchers that were killed and never came back: root's, in memory
// or for temporary files, named after a claim that no process has. `own_name` is this launcher's claim.
void remove_unclaimed_folders(std::string const& folder, std::string const& own_name);

// A lock that belongs to the process and not to a descriptor: what a launcher starts does not hold it.
class LauncherClaim {
public:
    // `name` as a file in `folder`.
    LauncherClaim(std::string const& folder, std::string const& name);
    // Also removes the file.
    ~LauncherClaim();
    LauncherClaim(LauncherClaim const&) = delete;

    // Returns false if another process has it.
    bool take();
    // Waits until the process that has it ends. Returns false if it did not within `limit`.
    bool wait_for_holder(std::chrono::milliseconds limit);
    // Kills the process that has it, whatever it is doing.
    void end_holder();

private:
    base::Fd open_holder() const;

    std::string const path_;
    base::Fd file_;
    bool taken_ = false;
};

} // namespace stepwell::run
