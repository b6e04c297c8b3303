#include "run/shim_launch.h"

#include "base/error.h"
#include "base/log.h"
#include "run/own_folder.h"
#include "run/shim_control.h"
#include "run/shim_folder.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/statvfs.h>
#include <unistd.h>

extern "C" char const stepwell_shim_begin[], stepwell_shim_end[];

namespace stepwell::run {

namespace {

constexpr int first_free = 16; // above every ShimDescriptor

// A source descriptor for posix_spawn, numbered so that no earlier copy can have replaced it.
class Source {
public:
    explicit Source(int fd) : fd_(fd) {
        if (fd < 0 || fd >= first_free) return;
        copy_.reset(::fcntl(fd, F_DUPFD_CLOEXEC, first_free));
        fd_ = copy_.get();
    }
    int get() const { return fd_; }

private:
    int fd_;
    base::Fd copy_;
};

class SpawnActions {
public:
    SpawnActions() {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawnattr_init(&attributes_);
        sigset_t none; // ignored signals stay ignored until the script starts, as the shim requires
        sigemptyset(&none);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
        ::posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDWR, 0);
        ::posix_spawn_file_actions_adddup2(&files_, 0, 1);
        ::posix_spawn_file_actions_adddup2(&files_, 0, 2);
    }
    ~SpawnActions() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnActions(SpawnActions const&) = delete;

    void copy(Source const& from, int to) {
        if (from.get() >= 0)
            ::posix_spawn_file_actions_adddup2(&files_, from.get(), to);
        else
            ::posix_spawn_file_actions_addclose(&files_, to);
    }
    posix_spawn_file_actions_t const* files() const { return &files_; }
    posix_spawnattr_t const* attributes() const { return &attributes_; }

private:
    posix_spawn_file_actions_t files_;
    posix_spawnattr_t attributes_;
};

std::vector<std::string> arguments_of(ShimLaunch const& launch) {
    std::vector<std::string> arguments{"stepwell-shim", launch.ticket, launch.runtime};
    auto const& account = launch.account;
    if (!account.given) {
        if (launch.descriptors != 0) arguments.push_back(std::to_string(launch.descriptors));
        return arguments;
    }
    for (auto number : {account.uid, account.gid, account.shim_uid, account.shim_gid})
        arguments.push_back(std::to_string(number));
    arguments.push_back(account.exclusive ? "1" : "0");
    for (auto const& folder : launch.private_folders) {
        arguments.emplace_back(folder.shared);
        arguments.emplace_back(folder.above);
    }
    return arguments;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

} // namespace

base::Fd shim_program(std::string const& path) {
    if (!path.empty()) {
        base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file) base::fail_with_errno("cannot open " + path);
        return file;
    }
    return base::sealed_memfd("stepwell-shim", {stepwell_shim_begin, stepwell_shim_end});
}

pid_t launch_shim(ShimLaunch const& launch) {
    SpawnActions actions;
    Source program(launch.program), folder(launch.folder), order(launch.order), values(launch.values),
        server(launch.server), cgroup(launch.cgroup), slot(launch.slot);
    actions.copy(folder, shim_folder);
    actions.copy(order, shim_order);
    actions.copy(values, shim_values);
    actions.copy(server, shim_server);
    actions.copy(cgroup, shim_cgroup);
    actions.copy(slot, shim_slot);
    auto arguments = arguments_of(launch);
    auto environment = launch.environment;
    pid_t pid = 0;
    int error = ::posix_spawn(&pid, fmt::format("/proc/self/fd/{}", program.get()).c_str(), actions.files(),
                              actions.attributes(), pointers_to(arguments).data(), pointers_to(environment).data());
    if (error != 0) throw base::SystemError(fmt::format("cannot start a supervisor: {}", std::strerror(error)), error);
    return pid;
}

// LC_CTYPE makes text UTF-8. All other categories of C.UTF-8 equal those of C, and each program would open a dozen
// files to find this out. SHELL is set because bash would otherwise look it up in the accounts: slots have none, so all
// account sources would be queried.
std::vector<std::string> basic_environment(std::string const& user, std::string const& home) {
    std::vector<std::string> environment{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                         "LC_CTYPE=C.UTF-8", "SHELL=/bin/sh", "USER=" + user, "LOGNAME=" + user};
    if (!home.empty()) environment.push_back("HOME=" + home);
    return environment;
}

namespace {

bool permits_execution(int folder) {
    struct statvfs facts{};
    return ::fstatvfs(folder, &facts) == 0 && (facts.f_flag & ST_NOEXEC) == 0;
}

std::string find_memory_folder(std::string const& name, mode_t mode, bool must_permit_execution) {
    for (std::string parent : {"/run", "/dev/shm"}) {
        base::Fd above(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!above || !is_in_memory(above.get())) continue;
        if (must_permit_execution && !permits_execution(above.get())) continue;
        if (auto found = own_folder(parent, name, mode)) return found->path;
    }
    return "-";
}

} // namespace

std::string memory_folder(std::string const& name) { return find_memory_folder(name, 0700, false); }

// Debian and Ubuntu mount /run with noexec, and /dev/shm without it.
std::string runtime_folder(std::string const& name, bool passable) {
    mode_t const mode = passable ? 0711 : 0700;
    auto found = find_memory_folder(name, mode, true);
    if (found != "-") return found;
    found = find_memory_folder(name, mode, false);
    if (found != "-")
        base::log_warning("{} is mounted noexec: scripts cannot execute files in their folder or in $HOME", found);
    return found;
}

} // namespace stepwell::run
