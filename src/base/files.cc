#include "base/files.h"

#include "base/error.h"
#include "base/text.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace stepwell::base {

void Fd::reset(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

std::optional<std::string> read_file(std::string const& path) {
    Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        if (errno == ENOENT) return std::nullopt;
        fail_with_errno("cannot open " + path);
    }
    std::string bytes;
    char buffer[16384];
    for (;;) {
        auto count = ::read(file.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_with_errno("cannot read " + path);
        if (count == 0) return bytes;
        bytes.append(buffer, std::size_t(count));
    }
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        auto count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_with_errno("cannot write");
        bytes.remove_prefix(std::size_t(count));
    }
}

void replace_file(std::string const& path, std::string_view bytes, unsigned mode) {
    auto beside = path + ".new";
    ::unlink(beside.c_str()); // left by a killed process, possibly with another mode
    {
        Fd file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
        if (!file) fail_with_errno("cannot create " + beside);
        write_all(file.get(), bytes);
        if (::fsync(file.get()) != 0) fail_with_errno("cannot sync " + beside);
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) fail_with_errno("cannot rename " + beside);
    auto slash = path.rfind('/');
    sync_folder(slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1));
}

void sync_folder(std::string const& path) {
    Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0) fail_with_errno("cannot sync " + path);
}

Fd sealed_memfd(char const* name, std::string_view bytes) {
    Fd file(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) fail_with_errno("cannot create a memory file");
    write_all(file.get(), bytes);
    if (::lseek(file.get(), 0, SEEK_SET) != 0) fail_with_errno("cannot rewind a memory file");
    if (::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
        fail_with_errno("cannot seal a memory file");
    return file;
}

std::string own_path() {
    char buffer[4096];
    auto length = ::readlink("/proc/self/exe", buffer, sizeof buffer);
    if (length < 0) fail_with_errno("cannot read /proc/self/exe");
    return {buffer, std::size_t(length)};
}

std::string boot_id() {
    auto text = read_file("/proc/sys/kernel/random/boot_id");
    if (!text) throw Error(Kind::internal, "the kernel provides no boot id");
    return std::string(trim(*text));
}

} // namespace stepwell::base
