#include "run/shim_private.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

bool is_below(char const* path, char const* folder) {
    auto length = std::strlen(folder);
    return std::strncmp(path, folder, length) == 0 && path[length] == '/';
}

bool bind_over(char const* source, char const* target) {
    return ::mount(source, target, nullptr, MS_BIND, nullptr) == 0;
}

bool mount_private(PrivateFolder const& folder, uid_t uid) {
    char source[256];
    std::snprintf(source, sizeof source, "%s/%u", folder.above, uid);
    if (::mkdir(source, 01777) != 0 && errno != EEXIST) return false;
    return bind_over(source, folder.shared) &&
           ::mount(nullptr, folder.shared, nullptr, MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV, nullptr) == 0;
}

// Mounts `runtime`, open as `file`, again at its path after a folder above it was covered.
bool mount_again(int file, char const* runtime) {
    char source[32];
    std::snprintf(source, sizeof source, "/proc/self/fd/%d", file);
    return (::mkdir(runtime, 0711) == 0 || errno == EEXIST) && bind_over(source, runtime);
}

bool cover(PrivateFolder const& folder, uid_t uid, char const* runtime) {
    bool inside = is_below(runtime, folder.shared);
    int file = inside ? ::open(runtime, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    bool good = (!inside || file >= 0) && mount_private(folder, uid) && (!inside || mount_again(file, runtime));
    int reason = errno;
    if (file >= 0) ::close(file);
    errno = reason;
    return good;
}

// An existing mqueue mount shows the queues of the namespace in which it was mounted.
bool renew_queues() {
    constexpr long mqueue_magic = 0x19800202;
    struct statfs facts{};
    if (::statfs("/dev/mqueue", &facts) != 0 || facts.f_type != mqueue_magic) return true;
    return ::mount("mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0;
}

} // namespace

char const* make_private(std::span<PrivateFolder const> folders, uid_t uid, char const* runtime) {
    if (::syscall(SYS_unshare, CLONE_NEWNS | CLONE_NEWIPC) != 0) return "private namespaces";
    // Later mounts of the machine become visible here, but mounts made here are not visible outside.
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return "private mounts";
    if (!renew_queues()) return "private queues";
    auto before = ::umask(0);
    char const* failed = nullptr;
    for (auto const& folder : folders)
        if (!failed && !cover(folder, uid, runtime)) failed = folder.shared;
    ::umask(before);
    return failed;
}

} // namespace stepwell::run
