// Files and descriptors.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stepwell::base {

// Owns a descriptor. -1 is "none".
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

// Nothing when the file does not exist; other failures throw.
std::optional<std::string> read_file(std::string const& path);
// All of it, however often the kernel interrupts.
void write_all(int fd, std::string_view bytes);
// Written beside and renamed over, file and folder synced: after a crash the old or the new is there. `mode` as
// open(2).
void replace_file(std::string const& path, std::string_view bytes, unsigned mode = 0600);
// After it, the names in a folder survive a crash of the machine.
void sync_folder(std::string const& path);
// An anonymous in-memory file that holds `bytes` and can no longer change; its offset is 0.
Fd sealed_memfd(char const* name, std::string_view bytes);
// Path of the running program.
std::string own_path();
// The kernel's id of this boot.
std::string boot_id();

} // namespace stepwell::base
