// Giving an account back: ending what runs in it, and removing what it left where the whole machine looks. Both take
// as long as scripts make them take; run/launcher_cleaner.h keeps them away from the launcher's loop.
#pragma once
#include <span>
#include <sys/types.h>

namespace stepwell::run {

// Ends every process of these accounts, however fast they fork, and returns when none is left. Needs root. Children of
// this process signal. Meanwhile they have `cleaner_uid` as their real and saved id, which no other account may have:
// so nothing that runs as one of `uids` can signal them, and they can signal nothing but those and others that do the
// same. What runs as one of `uids` can change their scheduling, but not that of this process.
void end_accounts(std::span<uid_t const> uids, uid_t cleaner_uid);

// Removes by owner System V IPC, POSIX queues, and what lies in /dev/shm, /tmp and /var/tmp. Returns false if it did
// not come to an end within max_removal_steps entries of each folder.
bool remove_leftovers(std::span<uid_t const> uids);

} // namespace stepwell::run
