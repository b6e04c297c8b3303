#include "base/regular_file.h"

#include "base/error.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::base {

char const* kind_of_file(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFREG: return "a file";
    case S_IFDIR: return "a folder";
    case S_IFLNK: return "a symbolic link";
    case S_IFIFO: return "a named pipe";
    case S_IFSOCK: return "a socket";
    default: return "a device";
    }
}

void refuse_kind_of_file(std::string const& path, mode_t mode) {
    throw Error(Kind::invalid, "'" + path + "' must be a file, but is " + kind_of_file(mode) +
                                   ". Replace it with the original file, or remove it if there was no such file.");
}

Fd open_regular_file(std::string const& path, int flags, mode_t mode) {
    // Check first: opening a device may already have an effect.
    struct stat facts{};
    if (::lstat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) refuse_kind_of_file(path, facts.st_mode);
    Fd file(::open(path.c_str(), flags | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!file && errno == ENOENT && (flags & O_CREAT) == 0) return {};
    if (!file || ::fstat(file.get(), &facts) != 0) fail_with_errno("cannot open " + path);
    if (!S_ISREG(facts.st_mode)) refuse_kind_of_file(path, facts.st_mode);
    return file;
}

std::optional<std::string> read_small_file(std::string const& path, std::size_t most) {
    auto file = open_regular_file(path, O_RDONLY);
    if (!file) return std::nullopt;
    std::string bytes(most, '\0');
    std::size_t length = 0;
    while (length < most) {
        auto count = ::read(file.get(), bytes.data() + length, most - length);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_with_errno("cannot read " + path);
        if (count == 0) break;
        length += std::size_t(count);
    }
    bytes.resize(length);
    return bytes;
}

} // namespace stepwell::base
