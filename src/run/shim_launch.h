// Starting the shim's program, which this program carries inside.
#pragma once
#include "base/files.h"
#include "run/contract.h"
#include "run/shim_account.h"

namespace stepwell::run {

// The program, ready to be executed. `path`: another build of it; empty: the one carried inside.
base::Fd shim_program(std::string const& path = {});

// Descriptors stay the caller's.
struct ShimLaunch {
    int program = -1;
    Ticket ticket;
    std::string runtime;                  // folder in memory for the script's folder; "-": none
    std::vector<std::string> environment; // of the script
    ShimAccount account;
    int folder = -1, order = -1, values = -1, server = -1; // see ShimDescriptor
    int cgroup = -1, slot = -1;                            // may be absent
    std::size_t descriptors = 0; // soft limit of shim and script where this account starts them; 0: the caller's
    std::vector<PrivateFolder> private_folders{}; // empty: the script shares what all share
};

// Returns its process id: a child of the caller, in a session of its own. Throws Error{unavailable}.
pid_t launch_shim(ShimLaunch const& launch);

// What every script's environment begins with.
std::vector<std::string> basic_environment(std::string const& user, std::string const& home);

// Creates a folder in memory or finds it, owned by this account and closed to others: under /run, else under /dev/shm.
// Its name begins with `name`. Returns "-" if neither is in memory.
std::string memory_folder(std::string const& name);
// The same for the folders of scripts: one in which files can be executed, if there is one; else logs a warning. Others
// may pass through it if `passable`.
std::string runtime_folder(std::string const& name, bool passable);

} // namespace stepwell::run
