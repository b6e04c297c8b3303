// Files and file descriptors.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stepwell::base {

// An owned file descriptor; -1 means none. The destructor closes it.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.fd_, -1));
        return *this;
    }
    ~Fd() { reset(); }

    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1);
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

// Reads a whole file. Returns nullopt if it does not exist. Throws SystemError on other failures.
std::optional<std::string> read_file(std::string const& path);
// Writes all bytes; continues after partial writes and interrupts.
void write_all(int fd, std::string_view bytes);
// Replaces a file atomically: writes a temporary file, renames it, and syncs file and folder. After a crash, either the
// old or the new contents are there. `mode` is that of open(2).
void replace_file(std::string const& path, std::string_view bytes, unsigned mode = 0600);
// Makes the current entries of a folder survive a crash of the machine.
void sync_folder(std::string const& path);
// Returns an anonymous in-memory file with these contents, sealed against changes; its offset is 0.
Fd sealed_memfd(char const* name, std::string_view bytes);
// Returns the path of the running program.
std::string own_path();
// Returns the kernel's id of the current boot.
std::string boot_id();

} // namespace stepwell::base
