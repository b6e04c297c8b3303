#include "run/shim_account.h"

#include <csignal>
#include <initializer_list>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

// All capabilities used are below 32.
bool set_capabilities(unsigned mask) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{};
    data[0].effective = data[0].permitted = mask;
    return ::syscall(SYS_capset, &header, data) == 0;
}

constexpr unsigned bit(int capability) { return 1u << capability; }

// Capabilities to create a folder for another account and to change to that account.
constexpr unsigned to_start =
    bit(CAP_KILL) | bit(CAP_SETUID) | bit(CAP_SETGID) | bit(CAP_CHOWN) | bit(CAP_DAC_OVERRIDE) | bit(CAP_FOWNER);

} // namespace

void hide_from_others() {
    ::prctl(PR_SET_NAME, "stepwell-shim"); // instead of the number of the descriptor it was executed from
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    for (int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2})
        ::signal(signal, SIG_IGN);
    ::umask(007);
}

bool become_shim(ShimAccount const& account) {
    if (::syscall(SYS_setgroups, 0, nullptr) != 0) return false;
    if (::syscall(SYS_setresgid, account.shim_gid, account.shim_gid, account.shim_gid) != 0) return false;
    if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return false;
    if (::syscall(SYS_setresuid, account.shim_uid, account.shim_uid, account.shim_uid) != 0) return false;
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    return set_capabilities(to_start);
}

bool keep_only_kill() {
    ::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
    return set_capabilities(bit(CAP_KILL));
}

} // namespace stepwell::run
