#include "run/launcher_slots.h"

#include "base/error.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

// As that account: kill(-1) reaches all its processes at once, however fast they fork, and no other.
void end_all_of(uid_t uid) {
    pid_t child = ::fork();
    if (child < 0) base::fail_with_errno("cannot start a process");
    if (child == 0) {
        if (::syscall(SYS_setresuid, uid, uid, uid) == 0) ::kill(-1, SIGKILL);
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
}

} // namespace

LauncherSlots::LauncherSlots(std::string const& folder, uid_t first_uid, unsigned count)
    : first_(first_uid), clean_(count, false) {
    ::mkdir(folder.c_str(), 0700);
    folder_.reset(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder_) base::fail_with_errno("cannot open " + folder);
}

base::Fd LauncherSlots::lock(std::size_t number) {
    base::Fd file(::openat(folder_.get(), std::to_string(first_ + number).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file) base::fail_with_errno("cannot open a slot");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return {};
    return file;
}

LauncherSlots::Slot LauncherSlots::take() {
    for (std::size_t number = 0; number < clean_.size(); ++number) {
        auto held = lock(number);
        if (!held) continue;
        auto uid = uid_t(first_ + number);
        if (!clean_[number]) end_all_of(uid);
        clean_[number] = false;
        return {std::move(held), uid};
    }
    return {};
}

bool LauncherSlots::clear(uid_t uid) {
    auto held = lock(uid - first_);
    if (!held) return false;
    end_all_of(uid);
    clean_[uid - first_] = true;
    return true;
}

void LauncherSlots::trust(uid_t uid) {
    auto held = lock(uid - first_);
    if (held) clean_[uid - first_] = true;
}

} // namespace stepwell::run
