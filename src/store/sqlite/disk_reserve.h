// Reserved disk space for changes that must succeed on a full disk: cancellations, verdicts, sign-ins.
//
// Between checkpoints, a change only needs space in the write-ahead log and its index. So space beyond their contents
// is allocated in both files, and other changes are refused before they would use it.
#pragma once
#include "base/files.h"

#include <cstdint>
#include <string>

namespace stepwell::store {

// Belongs to the writer thread. Must outlive every session of this process, because closing the index file drops their
// locks.
class DiskReserve {
public:
    static constexpr std::int64_t reserved_bytes = 4 << 20;

    // The log of `database` and its index must exist.
    explicit DiskReserve(std::string const& database);

    // Returns true if `bytes`, or a `part`-th of a small disk, are available on the disk and in the log. `log_frames`
    // is the number of frames in the log.
    bool has_room(std::int64_t log_frames, std::int64_t bytes, std::int64_t part) const;
    // Allocates the reserve again beyond the log's contents, if there is space.
    void renew(std::int64_t log_frames);

private:
    base::Fd log_, index_;
    std::int64_t allocated_ = 0; // bytes of the log file
    std::int64_t indexed_ = 0;   // bytes of the log that the index has space for
};

} // namespace stepwell::store
