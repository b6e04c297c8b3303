#include "run/shim_folder.h"

#include "run/shim_order.h"

#include <cerrno>
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
    ::fchmodat(parent, name, 0700, 0); // a script may have shut out itself
    return ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

// A folder that is being emptied, and where to put what lies too deep.
struct Emptied {
    int top;
    dev_t device;
    unsigned moved = 0;

    bool lift(int folder, char const* name) {
        char lifted[32];
        for (int tries = 0; tries < 8; ++tries) {
            std::snprintf(lifted, sizeof lifted, "lifted-%u", moved++);
            if (::renameat(folder, name, top, lifted) == 0) return true;
        }
        return false;
    }
};

// Depth is bounded so that nobody can make this run out of stack or descriptors: what lies deeper is lifted to the top,
// for the next time.
bool empty_folder(int folder, Emptied& emptied, int depth) {
    auto* listing = ::fdopendir(folder);
    if (!listing) {
        ::close(folder);
        return false;
    }
    bool good = true;
    while (auto* entry = ::readdir(listing)) {
        if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
        if (::unlinkat(folder, entry->d_name, 0) == 0) continue;
        int below = open_folder(folder, entry->d_name);
        struct stat facts{};
        bool ours = below >= 0 && ::fstat(below, &facts) == 0 && facts.st_dev == emptied.device;
        if (ours && depth > 0) {
            good = empty_folder(below, emptied, depth - 1) && good;
        } else if (below >= 0) {
            ::close(below);
            if (ours && emptied.lift(folder, entry->d_name)) continue;
        }
        good = ::unlinkat(folder, entry->d_name, AT_REMOVEDIR) == 0 && good;
    }
    ::closedir(listing);
    return good;
}

// Nobody else removes it once it is locked; errno EAGAIN when somebody was about to.
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

// What a supervisor left that ended before it could clear up.
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

int lay_folder(int parent, char const* name, std::string_view files, uid_t uid, gid_t gid) {
    constexpr int most_tries = 400;
    for (int tries = 0;; ++tries) {
        int folder = lay_once(parent, name, files, uid, gid);
        if (folder >= 0 || tries == most_tries || (errno != EEXIST && errno != EAGAIN)) return folder;
        remove_unused(parent, name);
        timespec pause{0, tries < 2 ? 0 : 5'000'000};
        ::nanosleep(&pause, nullptr);
    }
}

bool is_in_use(int parent, char const* name) {
    int folder = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) return false;
    bool used = ::flock(folder, LOCK_EX | LOCK_NB) != 0;
    ::close(folder);
    return used;
}

bool remove_folder(int parent, char const* name) {
    int folder = open_folder(parent, name);
    if (folder < 0) return errno == ENOENT;
    struct stat facts{};
    constexpr int deepest = 200;
    bool good = ::fstat(folder, &facts) == 0;
    while (good) {
        Emptied emptied{folder, facts.st_dev};
        int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        good = again >= 0 && empty_folder(again, emptied, deepest);
        if (emptied.moved == 0) break;
    }
    ::close(folder);
    return ::unlinkat(parent, name, AT_REMOVEDIR) == 0 && good;
}

} // namespace stepwell::run
