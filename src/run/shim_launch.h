// Starting the shim, whose program is embedded in this program.
#pragma once
#include "base/files.h"
#include "run/contract.h"
#include "run/shim_account.h"

namespace stepwell::run {

// Returns the executable shim. `path`: a different build; empty: the embedded one.
base::Fd shim_program(std::string const& path = {});

// Parameters of launch_shim(). Descriptors remain owned by the caller.
struct ShimLaunch {
    int program = -1;
    Ticket ticket;
    std::string runtime;                  // in-memory parent of the script's folder; "-": none
    std::vector<std::string> environment; // of the script
    ShimAccount account;
    int folder = -1, order = -1, values = -1, server = -1; // see ShimDescriptor
    int cgroup = -1, slot = -1;                            // optional
    std::size_t descriptors = 0;                  // soft limit for shim and script under this account; 0: the caller's
    std::vector<PrivateFolder> private_folders{}; // empty: none
};

// Starts a shim in its own session. Returns the pid of this child process. Throws Error{unavailable}.
pid_t launch_shim(ShimLaunch const& launch);

// Returns the environment variables common to all scripts.
std::vector<std::string> basic_environment(std::string const& user, std::string const& home);

// Creates or finds an in-memory folder owned by this account and closed to others, under /run or else under /dev/shm.
// Its name starts with `name`. Returns "-" if neither is in memory.
std::string memory_folder(std::string const& name);
// Like memory_folder(), for the folders of scripts. Prefers a folder in which files can be executed and logs a warning
// if there is none. With `passable`, other accounts may traverse it.
std::string runtime_folder(std::string const& name, bool passable);

} // namespace stepwell::run
