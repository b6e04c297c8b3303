#include "store/sqlite/disk_reserve.h"

#include "store/sqlite/write_ahead_log.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace stepwell::store {

namespace {

std::int64_t allocated_to(int file) {
    struct stat facts{};
    return ::fstat(file, &facts) == 0 ? std::int64_t(facts.st_blocks) * 512 : 0;
}

} // namespace

DiskReserve::DiskReserve(std::string const& database)
    : log_(::open(log_path(database).c_str(), O_WRONLY | O_CLOEXEC)),
      index_(::open((database + "-shm").c_str(), O_RDWR | O_CLOEXEC)), allocated_(allocated_to(log_.get())) {}

bool DiskReserve::has_room(std::int64_t log_frames, std::int64_t bytes, std::int64_t part) const {
    struct statvfs space{};
    if (::fstatvfs(log_.get(), &space) != 0) return true;
    auto const unit = std::int64_t(space.f_frsize);
    auto const room = std::int64_t(space.f_bavail) * unit + allocated_ - log_size(log_frames);
    return room >= std::min(bytes, std::int64_t(space.f_blocks) * unit / part);
}

void DiskReserve::renew(std::int64_t log_frames) {
    auto const held = log_size(log_frames);
    // The index has 32 KiB per 4096 frames.
    if (held + 2 * reserved_bytes > indexed_) {
        indexed_ = 2 * (held + 2 * reserved_bytes);
        ::fallocate(index_.get(), FALLOC_FL_KEEP_SIZE, 0, (indexed_ / log_size(4096) + 1) * (32 << 10));
    }
    if (allocated_ >= held + reserved_bytes) return;
    // More than needed, so that a growing log is not extended at each commit.
    if (::fallocate(log_.get(), FALLOC_FL_KEEP_SIZE, held, 2 * reserved_bytes) == 0)
        allocated_ = held + 2 * reserved_bytes;
    else
        allocated_ = allocated_to(log_.get()); // the database may have extended it
}

} // namespace stepwell::store
