// The processes of one script: finding and signaling them, and checking that they have ended.
//
// Three methods are combined: a cgroup (v2), if there is one; descent from a subreaper, which double forks and new
// sessions do not escape; and, if the supervisor is lost, the ticket in the environment of a process.
// Compiles without exceptions. A process that cannot be inspected is treated as not belonging to the script.
#pragma once
#include <span>
#include <string_view>
#include <sys/types.h>

namespace stepwell::run {

// Environment variable of a script that contains its ticket.
constexpr std::string_view ticket_variable = "STEPWELL_TICKET";

// Identifies a process: process ids are reused, but not with the same start time.
struct ProcessIdentity {
    pid_t pid = 0;
    unsigned long long start_time = 0; // clock ticks since boot; 0 means no such process
    friend bool operator==(ProcessIdentity const&, ProcessIdentity const&) = default;
};
ProcessIdentity identify(pid_t pid);

// Return the number of processes found, which may include some that have ended meanwhile. `signal` 0 only counts.
int signal_descendants(pid_t ancestor, int signal);
int signal_ticket_holders(std::string_view ticket, int signal);
// Counts the processes whose real or saved uid is one of `uids`.
int count_accounts(std::span<uid_t const> uids);
// `cgroup` is its open folder. SIGKILL ends all members in one operation, which forking cannot outrun.
int signal_cgroup(int cgroup, int signal);
// Returns true if the cgroup or one below it contains a process.
bool cgroup_populated(int cgroup);

} // namespace stepwell::run
