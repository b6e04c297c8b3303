#include "run/shim_folder.h"

#include "run/shim_order.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

bool write_file(int folder, std::string_view name, std::string_view bytes, uid_t uid, gid_t gid) {
    if (name.empty() || name.find('/') != std::string_view::npos) {
        errno = EINVAL;
        return false;
    }
    int file = ::openat(folder, name.data(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return false;
    bool good = true;
    while (good && !bytes.empty()) {
        auto count = ::write(file, bytes.data(), bytes.size());
        good = count > 0;
        if (good) bytes.remove_prefix(std::size_t(count));
    }
    good = good && (uid == uid_t(-1) || ::fchown(file, uid, gid) == 0);
    ::close(file);
    return good;
}

bool fill(int folder, std::string_view files, uid_t uid, gid_t gid) {
    OrderCursor cursor(files);
    while (!cursor.done()) {
        auto name = cursor.text(), bytes = cursor.text();
        if (!cursor.good() || !write_file(folder, name, bytes, uid, gid)) return false;
    }
    return uid == uid_t(-1) || ::fchown(folder, uid, gid) == 0;
}

int open_folder(int parent, char const* name) {
    int folder = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0 || errno != EACCES) return folder;
    ::fchmodat(parent, name, 0700, 0); // a script may have removed its own permissions
    return ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

// Empties a folder. Depth is limited, so that no script can exhaust stack or descriptors: deeper folders are moved to
// the top for the next pass.
class Emptying {
public:
    Emptying(int top, dev_t device, unsigned steps) : top_(top), device_(device), steps_(steps) {}

    Removal run() {
        for (;;) {
            advanced_ = seen_ = false;
            int again = ::openat(top_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            if (again < 0) return Removal::failed;
            empty(again, deepest);
            if (!seen_) return Removal::done;
            if (!has_steps()) return Removal::unfinished;
            if (!advanced_) return Removal::failed;
        }
    }

private:
    static constexpr int deepest = 100;

    bool has_steps() const { return steps_ > 0; }

    void empty(int folder, int depth) {
        auto* listing = ::fdopendir(folder);
        if (!listing) {
            seen_ = true;
            ::close(folder);
            return;
        }
        while (auto* entry = has_steps() ? ::readdir(listing) : nullptr) {
            if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
            seen_ = true;
            if (!take_steps(folder, entry->d_name)) break;
            bool gone = ::unlinkat(folder, entry->d_name, 0) == 0 ||
                        ::unlinkat(folder, entry->d_name, AT_REMOVEDIR) == 0 ||
                        (depth > 0 ? remove_below(folder, entry->d_name, depth - 1) : lift(folder, entry->d_name));
            advanced_ = advanced_ || gone;
        }
        ::closedir(listing);
    }

    // Takes one step for the entry and one per MiB, which takes as long.
    bool take_steps(int folder, char const* name) {
        struct stat facts{};
        if (::fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) return true;
        auto wanted = 1 + std::uint64_t(facts.st_blocks) / 2048;
        bool enough = wanted <= steps_;
        steps_ -= enough ? unsigned(wanted) : steps_;
        return enough;
    }

    bool remove_below(int folder, char const* name, int depth) {
        int below = open_folder(folder, name);
        struct stat facts{};
        if (below < 0) return false;
        if (::fstat(below, &facts) != 0 || facts.st_dev != device_) {
            ::close(below);
            return false;
        }
        if ((facts.st_mode & 0700) != 0700) ::fchmod(below, 0700); // a script may have removed its own permissions
        empty(below, depth);
        return ::unlinkat(folder, name, AT_REMOVEDIR) == 0;
    }

    bool lift(int folder, char const* name) {
        bool opened = false;
        while (has_steps()) {
            char lifted[32];
            std::snprintf(lifted, sizeof lifted, "lifted-%u", lifted_++);
            if (::renameat(folder, name, top_, lifted) == 0) return true;
            if (errno == EACCES && !opened) {
                opened = ::fchmodat(folder, name, 0700, 0) == 0;
                if (opened) continue;
            }
            if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR) return false;
            --steps_; // that name is taken
        }
        return false;
    }

    int top_;
    dev_t device_;
    unsigned steps_, lifted_ = 0;
    bool advanced_ = false, seen_ = false; // in this pass: an entry was removed or moved; an entry exists
};

Removal empty_open(int folder, unsigned steps) {
    struct stat facts{};
    if (::fstat(folder, &facts) != 0) return Removal::failed;
    if ((facts.st_mode & 0700) != 0700) ::fchmod(folder, 0700); // a script may have removed its own permissions
    return Emptying(folder, facts.st_dev, steps).run();
}

// Returns the locked folder, which no other process removes; -1 with EAGAIN if another process was removing it.
int lay_once(int parent, char const* name, std::string_view files, uid_t uid, gid_t gid) {
    if (::mkdirat(parent, name, 0700) != 0) return -1;
    int folder = open_folder(parent, name);
    struct stat facts{};
    if (folder < 0 || ::flock(folder, LOCK_SH | LOCK_NB) != 0 || ::fstat(folder, &facts) != 0 || facts.st_nlink == 0) {
        if (folder >= 0) ::close(folder);
        errno = EAGAIN;
        return -1;
    }
    if (fill(folder, files, uid, gid)) return folder;
    int reason = errno;
    ::close(folder);
    remove_folder(parent, name);
    errno = reason;
    return -1;
}

// Removes what a supervisor left that ended before it could clean up.
void remove_unused(int parent, char const* name) {
    int folder = open_folder(parent, name);
    if (folder < 0) return;
    if (::flock(folder, LOCK_EX | LOCK_NB) == 0) remove_folder(parent, name);
    ::close(folder);
}

} // namespace

bool is_in_memory(int folder) {
    struct statfs facts{};
    return ::fstatfs(folder, &facts) == 0 && (facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC);
}

int create_script_folder(int parent, char const* name, std::string_view files, uid_t uid, gid_t gid) {
    constexpr int max_attempts = 400;
    for (int tries = 0;; ++tries) {
        int folder = lay_once(parent, name, files, uid, gid);
        if (folder >= 0 || tries == max_attempts || (errno != EEXIST && errno != EAGAIN)) return folder;
        remove_unused(parent, name);
        timespec pause{0, tries < 2 ? 0 : 5'000'000};
        ::nanosleep(&pause, nullptr);
    }
}

Removal empty_some(int parent, char const* name, unsigned steps) {
    int folder = open_folder(parent, name);
    if (folder < 0) return errno == ENOENT ? Removal::done : Removal::failed;
    auto removal = empty_open(folder, steps);
    ::close(folder);
    return removal;
}

Removal remove_some(int parent, char const* name, unsigned steps) {
    if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return Removal::done;
    auto removal = empty_some(parent, name, steps);
    if (removal != Removal::done) return removal;
    return ::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? Removal::done : Removal::failed;
}

bool remove_folder(int parent, char const* name) {
    return remove_some(parent, name, max_removal_steps) == Removal::done;
}

bool empty_folder(int parent, char const* name) {
    return empty_some(parent, name, max_removal_steps) == Removal::done;
}

} // namespace stepwell::run
