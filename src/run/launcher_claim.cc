#include "run/launcher_claim.h"

#include "base/error.h"
#include "run/own_folder.h"
#include "run/shim_launch.h"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

// Returns the claim in stepwell-<name> or stepwell-private-<name>; a name is two hexadecimal numbers, and own_folder
// may have appended to it. Empty for anything else.
std::string claim_in(std::string_view folder) {
    folder.remove_prefix(std::string_view("stepwell-").size());
    if (folder.starts_with("private-")) folder.remove_prefix(std::string_view("private-").size());
    auto name = folder.substr(0, folder.find('.'));
    bool good = std::ranges::count(name, '-') == 1 && !name.starts_with('-') && !name.ends_with('-') &&
                name.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
    return good ? std::string(name) : std::string();
}

// Removes empty folders of slots. Other empty folders may belong to a running script.
void remove_empty_private(int above, std::string const& folder) {
    if (!folder.starts_with("stepwell-private-")) return;
    base::Fd inside(::openat(above, folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!inside) return;
    for (auto const& slot : names_with_prefix(inside.get(), "")) ::unlinkat(inside.get(), slot.c_str(), AT_REMOVEDIR);
}

// Returns true if a launcher with different mounts, which keeps its claims in another folder, uses this one.
bool is_in_use_elsewhere(int above, std::string const& folder) {
    base::Fd inside(::openat(above, folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    return !inside || ::flock(inside.get(), LOCK_EX | LOCK_NB) != 0;
}

struct flock whole_file(short type) {
    struct flock lock{};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

} // namespace

std::string launchers_folder() {
    auto in_memory = memory_folder("stepwell");
    if (in_memory != "-") return in_memory;
    throw base::Error(base::Kind::unavailable,
                      "scripts need a folder in memory, but neither /run nor /dev/shm is a tmpfs");
}

void remove_unclaimed_folders(std::string const& folder, std::string const& own_name) {
    for (std::string parent : {"/run", "/dev/shm", "/tmp", "/var/tmp"}) {
        base::Fd above(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!above) continue;
        for (auto const& entry : names_with_prefix(above.get(), "stepwell-")) {
            auto name = claim_in(entry);
            struct stat facts{};
            // This launcher's claim must not be opened: closing the file would release it.
            if (name.empty() || name == own_name ||
                ::fstatat(above.get(), entry.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0 ||
                facts.st_uid != ::geteuid() || !S_ISDIR(facts.st_mode))
                continue;
            LauncherClaim other(folder, name);
            if (!other.take() || is_in_use_elsewhere(above.get(), entry)) continue;
            remove_empty_private(above.get(), entry);
            ::unlinkat(above.get(), entry.c_str(), AT_REMOVEDIR);
        }
    }
}

LauncherClaim::LauncherClaim(std::string const& folder, std::string const& name) : path_(folder + "/" + name) {}

LauncherClaim::~LauncherClaim() {
    if (taken_) ::unlink(path_.c_str());
}

bool LauncherClaim::take() {
    for (;;) {
        file_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file_) base::fail_with_errno("cannot open " + path_);
        auto lock = whole_file(F_WRLCK);
        if (::fcntl(file_.get(), F_SETLK, &lock) != 0) return false;
        struct stat ours{}, named{};
        taken_ = ::fstat(file_.get(), &ours) == 0 && ::stat(path_.c_str(), &named) == 0 && ours.st_ino == named.st_ino;
        if (taken_) return true; // otherwise the former holder removed the file meanwhile
    }
}

// Reads the holder before and after opening the pidfd: if both are equal, the pidfd belongs to it and not to a later
// process with the same pid.
base::Fd LauncherClaim::open_holder() const {
    auto first = whole_file(F_WRLCK), second = first;
    if (::fcntl(file_.get(), F_GETLK, &first) != 0 || first.l_type == F_UNLCK || first.l_pid <= 0) return {};
    base::Fd handle(int(::syscall(SYS_pidfd_open, first.l_pid, 0)));
    bool same = ::fcntl(file_.get(), F_GETLK, &second) == 0 && second.l_type != F_UNLCK && second.l_pid == first.l_pid;
    return same ? std::move(handle) : base::Fd();
}

bool LauncherClaim::wait_for_holder(std::chrono::milliseconds limit) {
    auto holder = open_holder();
    if (!holder) return true;
    pollfd item{holder.get(), POLLIN, 0};
    return ::poll(&item, 1, int(limit.count())) > 0;
}

void LauncherClaim::end_holder() {
    auto holder = open_holder();
    if (holder) ::syscall(SYS_pidfd_send_signal, holder.get(), SIGKILL, nullptr, 0);
}

} // namespace stepwell::run
