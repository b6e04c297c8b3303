// All the processes of one script: found, signalled, and seen to be gone.
//
// Three ways to find them, used together: a cgroup (v2) of their own, where there is one; descent from a subreaper,
// which double forks and new sessions do not leave; and, when the supervisor is lost, the ticket in their environment.
// Compiles without exceptions. A process that cannot be looked at is not ours.
#pragma once
#include <span>
#include <string_view>
#include <sys/types.h>

namespace stepwell::run {

// Name of the variable in a script's environment that holds its ticket.
constexpr std::string_view ticket_variable = "STEPWELL_TICKET";

// A process as it is now: the number may come again, the number with the start time not.
struct ProcessIdentity {
    pid_t pid = 0;
    unsigned long long start_time = 0; // clock ticks since boot; 0: no such process
    friend bool operator==(ProcessIdentity const&, ProcessIdentity const&) = default;
};
ProcessIdentity identify(pid_t pid);

// Each returns how many processes it found; those that ended meanwhile may count. `signal` 0 only counts.
int signal_descendants(pid_t ancestor, int signal);
int signal_ticket_holders(std::string_view ticket, int signal);
// Processes whose real or saved user id is one of these.
int count_accounts(std::span<uid_t const> uids);
// `cgroup` is its open folder. KILL ends all members at once, in a way that forking does not outrun.
int signal_cgroup(int cgroup, int signal);
// True while any process is in it, or below.
bool cgroup_populated(int cgroup);

} // namespace stepwell::run
