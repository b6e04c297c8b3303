// Cleaning an account after a script: ending its processes and removing its files from shared folders. The duration
// depends on the script; run/launcher_cleaner.h keeps this work out of the launcher's loop.
#pragma once
#include <span>
#include <sys/types.h>

namespace stepwell::run {

// Ends every process of these accounts, even if they fork quickly, and returns when none is left. Needs root. Child
// processes send the signals. They have `cleaner_uid` as real and saved uid, which no other process may have: processes
// of `uids` cannot signal them, and they can signal only those and other cleaners. Processes of `uids` can change their
// scheduling, but not that of this process.
void end_accounts(std::span<uid_t const> uids, uid_t cleaner_uid);

// Removes System V IPC objects, POSIX queues, and files in /dev/shm, /tmp and /var/tmp by owner. Returns false if it
// did not finish within max_removal_steps entries of each folder.
bool remove_leftovers(std::span<uid_t const> uids);

} // namespace stepwell::run
