#include "run/shim_folder.h"

#include "run/shim_order.h"

#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
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

// Depth is bounded so that nobody can make this run out of stack or descriptors.
bool empty_folder(int folder, dev_t device, int depth) {
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
        bool ours = below >= 0 && depth > 0 && ::fstat(below, &facts) == 0 && facts.st_dev == device;
        if (ours)
            good = empty_folder(below, device, depth - 1) && good;
        else if (below >= 0)
            ::close(below);
        good = ::unlinkat(folder, entry->d_name, AT_REMOVEDIR) == 0 && good;
    }
    ::closedir(listing);
    return good;
}

} // namespace

bool is_in_memory(int folder) {
    struct statfs facts{};
    return ::fstatfs(folder, &facts) == 0 && (facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC);
}

int lay_folder(int parent, char const* name, std::string_view files, uid_t uid, gid_t gid) {
    if (::mkdirat(parent, name, 0700) != 0) return -1;
    int folder = open_folder(parent, name);
    if (folder >= 0 && fill(folder, files, uid, gid)) return folder;
    int reason = errno;
    if (folder >= 0) ::close(folder);
    remove_folder(parent, name);
    errno = reason;
    return -1;
}

bool remove_folder(int parent, char const* name) {
    int folder = open_folder(parent, name);
    if (folder < 0) return errno == ENOENT;
    struct stat facts{};
    if (::fstat(folder, &facts) != 0) {
        ::close(folder);
        return false;
    }
    constexpr int deepest = 200;
    bool good = empty_folder(folder, facts.st_dev, deepest);
    return ::unlinkat(parent, name, AT_REMOVEDIR) == 0 && good;
}

} // namespace stepwell::run
