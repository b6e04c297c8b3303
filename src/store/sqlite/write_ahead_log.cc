#include "store/sqlite/write_ahead_log.h"

#include <algorithm>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::store {

namespace {

constexpr std::size_t header_size = 32, frame_header_size = 24;
constexpr std::uint32_t magic = 0x377f0682; // plus 1: checksums of big-endian words

// The two checksums that each frame continues from the previous one.
class Checksum {
public:
    explicit Checksum(bool is_big_endian) : is_big_endian_(is_big_endian) {}

    void add(std::string_view bytes) {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            first_ += word(bytes.data() + at) + second_;
            second_ += word(bytes.data() + at + 4) + first_;
        }
    }
    bool is_at(std::string_view bytes, std::size_t at) const {
        return read_big_endian(bytes, at) == first_ && read_big_endian(bytes, at + 4) == second_;
    }

private:
    std::uint32_t word(char const* at) const {
        std::uint32_t number;
        std::char_traits<char>::copy(reinterpret_cast<char*>(&number), at, sizeof number);
        return is_big_endian_ ? __builtin_bswap32(number) : number; // this machine is little-endian
    }

    bool is_big_endian_;
    std::uint32_t first_ = 0, second_ = 0;
};

std::string read_at(int file, std::size_t size, std::size_t at) {
    std::string bytes(size, '\0');
    auto count = ::pread(file, bytes.data(), size, off_t(at));
    bytes.resize(count < 0 ? 0 : std::size_t(count));
    return bytes;
}

bool is_page_size(std::uint32_t size) { return size >= 512 && size <= 65536 && (size & (size - 1)) == 0; }

} // namespace

std::string log_path(std::string const& database) { return database + "-wal"; }

LogContent read_log(std::string const& database, std::int64_t first_pages) {
    LogContent content;
    base::Fd log(::open(log_path(database).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!log) return content;
    auto header = read_at(log.get(), header_size, 0);
    if (header.find_first_not_of('\0') == std::string::npos) return content; // only created or preallocated
    content.is_empty = content.is_header_valid = false;
    if (header.size() < header_size) return content;
    Checksum sum(read_big_endian(header, 0) & 1);
    sum.add(std::string_view(header).substr(0, 24));
    auto page_size = read_big_endian(header, 8);
    if ((read_big_endian(header, 0) & ~1u) != magic || !sum.is_at(header, 24) || !is_page_size(page_size))
        return content;
    content.is_header_valid = true;
    content.salts = header.substr(16, 8);
    std::set<std::uint32_t> held;
    for (std::int64_t number = 1;; ++number) {
        auto frame_size = frame_header_size + page_size;
        auto frame = read_at(log.get(), frame_size, header_size + std::size_t(number - 1) * frame_size);
        if (frame.size() < frame_size || frame.compare(8, 8, content.salts) != 0) break;
        sum.add(std::string_view(frame).substr(0, 8));
        sum.add(std::string_view(frame).substr(frame_header_size));
        if (!sum.is_at(frame, 16)) break;
        if (auto page = read_big_endian(frame, 0); page > first_pages) held.insert(page);
        auto pages = read_big_endian(frame, 4);
        if (pages == 0) continue;
        content.frames = number;
        content.pages = pages;
        content.pages_held = std::distance(held.begin(), held.upper_bound(pages));
    }
    return content;
}

std::uint32_t read_big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

std::string read_salts(int log) {
    auto salts = read_at(log, 8, 16);
    return salts.size() == 8 ? salts : std::string(8, '\0');
}

// SQLite takes no lock on this file, so opening and closing it releases none. SQLite reads only valid frames.
void preallocate_wal(std::string const& database) {
    base::Fd log(::open(log_path(database).c_str(), O_WRONLY | O_CLOEXEC));
    struct stat facts{};
    if (!log || ::fstat(log.get(), &facts) != 0) return;
    constexpr off_t whole = log_size(log_pages);
    std::string const zeros(256u << 10, '\0');
    for (auto at = facts.st_size; at < whole; at += off_t(zeros.size()))
        if (::pwrite(log.get(), zeros.data(), zeros.size(), at) < 0) return; // only slower
    ::fdatasync(log.get());
}

} // namespace stepwell::store
