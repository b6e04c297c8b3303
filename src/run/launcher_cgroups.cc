#include "run/launcher_cgroups.h"

#include "base/error.h"
#include "base/text.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

// Returns the mount point of cgroup v2. In proc_pid_mountinfo(5), the type follows a separate dash.
std::string mount_point() {
    auto mounts = base::read_file("/proc/self/mountinfo").value_or("");
    for (auto line : base::split(mounts, '\n')) {
        if (line.find(" - cgroup2 ") == std::string_view::npos) continue;
        auto fields = base::split(line, ' ');
        if (fields.size() > 4) return std::string(fields[4]);
    }
    return {};
}

std::string own_path() {
    auto text = base::read_file("/proc/self/cgroup").value_or("");
    for (auto line : base::split(text, '\n'))
        if (line.starts_with("0::")) return std::string(line.substr(3));
    return {};
}

} // namespace

LauncherCgroups::LauncherCgroups(bool wanted) {
    auto mount = wanted ? mount_point() : std::string();
    if (mount.empty()) return;
    auto path = mount + own_path() + "/stepwell-runs";
    ::mkdir(path.c_str(), 0755);
    folder_.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

base::Fd LauncherCgroups::make(Ticket const& ticket, uid_t owner) const {
    // It may exist, left by a killed launcher.
    if (!folder_ || (::mkdirat(folder_.get(), ticket.c_str(), 0755) != 0 && errno != EEXIST)) return {};
    auto made = find(ticket);
    // Independent of the umask, because the shim reads it.
    if (made && ::fchmod(made.get(), 0755) != 0) base::fail_with_errno("cannot open a cgroup");
    // Kernels before 5.14 lack this file: the members are then ended one by one.
    if (made && ::fchownat(made.get(), "cgroup.kill", owner, gid_t(-1), 0) != 0 && errno != ENOENT)
        base::fail_with_errno("cannot change the owner of a cgroup");
    return made;
}

base::Fd LauncherCgroups::find(Ticket const& ticket) const {
    if (!folder_) return {};
    return base::Fd(::openat(folder_.get(), ticket.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

void LauncherCgroups::remove(Ticket const& ticket) const {
    if (folder_) ::unlinkat(folder_.get(), ticket.c_str(), AT_REMOVEDIR); // fails while a process is in it
}

} // namespace stepwell::run
