// Giving an account back: ending what runs in it, and removing what it left where the whole machine looks. Both take
// as long as scripts make them take; run/launcher_cleaner.h keeps them away from the launcher's loop.
#pragma once
#include <span>
#include <sys/types.h>

namespace stepwell::run {

// Ends every process of these accounts, however fast they fork, and returns when none is left. Needs root. While it
// signals, this process has `cleaner_uid` as its real and saved id, which no other account may have: so nothing that
// runs as one of `uids` can signal it, and it can signal nothing but those and others that do the same.
void end_accounts(std::span<uid_t const> uids, uid_t cleaner_uid);

// Removes by owner System V IPC, POSIX queues, and what lies in /dev/shm, /tmp and /var/tmp.
void remove_leftovers(std::span<uid_t const> uids);

} // namespace stepwell::run
