// Private replacements for shared resources of the machine: a namespace for System V IPC and POSIX queues, and folders
// such as /tmp. Compiles without exceptions and allocates no memory.
#pragma once
#include "run/shim_account.h"

#include <span>

namespace stepwell::run {

// Applies to this process and its later children. Must be root. The folders are those of the account `uid` and are
// created if missing. `runtime`, a folder below one of the shared ones, stays visible. Returns what failed, with errno;
// null on success.
char const* make_private(std::span<PrivateFolder const> folders, uid_t uid, char const* runtime);

} // namespace stepwell::run
