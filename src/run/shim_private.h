// What a script has for itself of what a machine usually shares: System V IPC and POSIX queues in a namespace of its
// own, and folders such as /tmp. Compiles without exceptions and allocates nothing.
#pragma once
#include "run/shim_account.h"

#include <span>

namespace stepwell::run {

// For this process and those that it starts from now on; it must be root. The folders are those of account `uid`, which
// are made where they are missing. What lies in `runtime`, a folder below one of the shared ones, stays where it is.
// Returns what failed, with errno; null on success.
char const* make_private(std::span<PrivateFolder const> folders, uid_t uid, char const* runtime);

} // namespace stepwell::run
