#include "run/shim_script.h"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <initializer_list>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

// The message of a child that cannot execute the program, sent through its gate.
struct Failure {
    int error;
    char const* at; // a literal: the child is a copy of this program
};

constexpr rlim_t max_processes = 4096; // including threads; a fork bomb must not use up the machine's limit

constexpr int gate_descriptor = 4; // in the child; replaces the order, which the script must not have

// Creates a child that shares no memory.
pid_t new_child(int cgroup) {
    clone_args arguments{};
    arguments.exit_signal = SIGCHLD;
    if (cgroup >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = std::uint64_t(cgroup);
    }
    auto pid = pid_t(::syscall(SYS_clone3, &arguments, sizeof arguments));
    if (pid >= 0 || cgroup >= 0 || errno != ENOSYS) return pid;
    return pid_t(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); // some sandboxes hide clone3
}

void reset_signals() {
    // Uses the system call, because libc reserves two signals, which the starter may have left ignored.
    std::uint64_t const plain[4]{}; // SIG_DFL, no flags, nothing masked
    for (int signal = 1; signal < NSIG; ++signal) ::syscall(SYS_rt_sigaction, signal, plain, nullptr, std::size_t(8));
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

char const* arrange_descriptors(ScriptStart const& start, int gate) {
    if (gate != gate_descriptor && ::dup3(gate, gate_descriptor, O_CLOEXEC) < 0) return "its descriptors";
    if (::fchdir(start.folder) != 0) return "its folder";
    if (::dup2(start.out, 1) < 0 || ::dup2(start.err, 2) < 0 || ::dup2(start.values, 3) < 0) return "its descriptors";
    // All known descriptors are close-on-exec; this covers unknown ones.
    ::syscall(SYS_close_range, unsigned(gate_descriptor) + 1, ~0u, 0u);
    return nullptr;
}

char const* limit_processes() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NPROC, &limit) != 0) return "its limits";
    if (limit.rlim_max < max_processes) return nullptr;
    limit = {max_processes, max_processes};
    return ::setrlimit(RLIMIT_NPROC, &limit) == 0 ? nullptr : "its limits";
}

// Keys belong to an account, not to a process. A slot must not keep keys of its last script. If keys are not supported,
// there is nothing to do.
void renew_keyrings(bool alone) {
    long const user = KEY_SPEC_USER_KEYRING, session = KEY_SPEC_SESSION_KEYRING;
    ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
    if (alone) {
        long persistent = ::syscall(SYS_keyctl, KEYCTL_GET_PERSISTENT, -1L, long(KEY_SPEC_PROCESS_KEYRING));
        for (long ring : {user, long(KEY_SPEC_USER_SESSION_KEYRING), persistent}) {
            if (ring == -1 || ::syscall(SYS_keyctl, KEYCTL_CLEAR, ring) == 0) continue;
            ::syscall(SYS_keyctl, KEYCTL_INVALIDATE, ring);
        }
    }
    ::syscall(SYS_keyctl, KEYCTL_LINK, user, session); // as in a login
}

char const* change_account(ScriptStart const& start) {
    if (start.uid == uid_t(-1)) return nullptr;
    if (auto* failed = start.alone ? limit_processes() : nullptr) return failed;
    // System calls instead of libc's functions for threads. No capability survives, whatever the caller had.
    if (::syscall(SYS_setgroups, 0, nullptr) != 0) return "its groups";
    if (::syscall(SYS_setresgid, start.gid, start.gid, start.gid) != 0) return "its group";
    if (::syscall(SYS_setresuid, start.uid, start.uid, start.uid) != 0) return "its account";
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[2]{};
    if (::syscall(SYS_capset, &header, none) != 0) return "its capabilities";
    renew_keyrings(start.alone);
    return nullptr;
}

// Runs in the child. Returns what failed, with errno.
char const* become_script(ScriptStart const& start, pid_t parent, int gate) {
    ::setsid();
    reset_signals();
    ::umask(022);
    if (auto* failed = arrange_descriptors(start, gate)) return failed;
    if (auto* failed = change_account(start)) return failed;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    char word = 0;
    if (::read(gate_descriptor, &word, sizeof word) != 1) ::_exit(127);
    ::execvpe(start.argv[0], start.argv, start.environment);
    return start.argv[0];
}

} // namespace

WaitingScript make_script(ScriptStart const& start) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return {-1, -1, errno};
    pid_t parent = ::getpid();
    pid_t pid = new_child(start.cgroup);
    int error = errno;
    if (pid == 0) {
        Failure failure{0, become_script(start, parent, ends[1])};
        failure.error = errno;
        ::send(gate_descriptor, &failure, sizeof failure, MSG_NOSIGNAL);
        ::_exit(127);
    }
    ::close(ends[1]);
    if (pid > 0) return {pid, ends[0], 0};
    ::close(ends[0]);
    return {-1, -1, error};
}

StartedScript begin_script(WaitingScript const& waiting) {
    ::send(waiting.gate, "", 1, MSG_NOSIGNAL);
    Failure failure{};
    // The gate closes when the program starts.
    bool failed = ::recv(waiting.gate, &failure, sizeof failure, 0) == ssize_t(sizeof failure);
    ::close(waiting.gate);
    if (!failed) return {waiting.pid, 0, ""};
    ::waitpid(waiting.pid, nullptr, 0);
    return {-1, failure.error, failure.at};
}

void drop_script(WaitingScript const& waiting) {
    if (waiting.pid < 0) return;
    ::close(waiting.gate);
    ::waitpid(waiting.pid, nullptr, 0);
}

} // namespace stepwell::run
