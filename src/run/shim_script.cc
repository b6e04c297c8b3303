#include "run/shim_script.h"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

// Shared with the child until it becomes the program.
struct Failure {
    int error;
    char const* at; // a literal: the child is a copy of this program
};

// A child that shares no memory; the caller sleeps until it has become a program or ended.
pid_t new_child(int cgroup) {
    clone_args arguments{};
    arguments.flags = CLONE_VFORK;
    arguments.exit_signal = SIGCHLD;
    if (cgroup >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = std::uint64_t(cgroup);
    }
    auto pid = pid_t(::syscall(SYS_clone3, &arguments, sizeof arguments));
    if (pid >= 0 || cgroup >= 0 || errno != ENOSYS) return pid;
    return pid_t(::syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0)); // some sandboxes hide clone3
}

void reset_signals() {
    // The system call: libc keeps two signals for itself, and who started us has left them ignored.
    std::uint64_t const plain[4]{}; // SIG_DFL, no flags, nothing masked
    for (int signal = 1; signal < NSIG; ++signal) ::syscall(SYS_rt_sigaction, signal, plain, nullptr, std::size_t(8));
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

char const* arrange_descriptors(ScriptStart const& start) {
    if (::fchdir(start.folder) != 0) return "its folder";
    if (::dup2(start.out, 1) < 0 || ::dup2(start.err, 2) < 0 || ::dup2(start.values, 3) < 0) return "its descriptors";
    // All others are close-on-exec already; this is for those that nobody knows of.
    ::syscall(SYS_close_range, 4u, ~0u, 0u);
    return nullptr;
}

char const* change_account(ScriptStart const& start) {
    if (start.uid == uid_t(-1)) return nullptr;
    // System calls, not libc's functions for threads; and no capability survives, whatever the caller had.
    if (::syscall(SYS_setgroups, 0, nullptr) != 0) return "its groups";
    if (::syscall(SYS_setresgid, start.gid, start.gid, start.gid) != 0) return "its group";
    if (::syscall(SYS_setresuid, start.uid, start.uid, start.uid) != 0) return "its account";
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[2]{};
    if (::syscall(SYS_capset, &header, none) != 0) return "its capabilities";
    return nullptr;
}

// In the child. Returns what failed; errno says why.
char const* become_script(ScriptStart const& start, pid_t parent) {
    ::setsid();
    reset_signals();
    ::umask(022);
    if (auto* failed = arrange_descriptors(start)) return failed;
    if (auto* failed = change_account(start)) return failed;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::execvpe(start.argv[0], start.argv, start.environment);
    return start.argv[0];
}

} // namespace

StartedScript start_script(ScriptStart const& start) {
    auto* memory = ::mmap(nullptr, sizeof(Failure), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return {-1, errno, "memory"};
    auto* failure = static_cast<Failure*>(memory);
    pid_t parent = ::getpid();
    pid_t pid = new_child(start.cgroup);
    if (pid == 0) {
        failure->at = become_script(start, parent);
        failure->error = errno;
        ::_exit(127);
    }
    StartedScript answer{pid, errno, "a process"};
    if (pid > 0 && failure->error != 0) {
        int status = 0;
        ::waitpid(pid, &status, 0);
        answer = {-1, failure->error, failure->at};
    }
    ::munmap(memory, sizeof(Failure));
    return answer;
}

} // namespace stepwell::run
