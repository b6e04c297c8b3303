// Room on the disk for the changes that must be possible when it is full: cancellations, verdicts, sign-ins.
//
// A change takes room in the write-ahead log and its index only, as long as the log is not checkpointed. So some room
// is allocated to both beyond what they hold, where nobody else can take it, and other changes are refused before they
// would need it.
#pragma once
#include "base/files.h"

#include <cstdint>
#include <string>

namespace stepwell::store {

// Of the thread that writes. Must outlive every session of this process: to close the index drops their locks.
class DiskReserve {
public:
    static constexpr std::int64_t reserved_bytes = 4 << 20;

    // The log of `database` and its index must exist.
    explicit DiskReserve(std::string const& database);

    // True if there is room for `bytes` on the disk and in the log, or for a `part`-th of a small disk. `log_frames`:
    // what the log holds.
    bool has_room(std::int64_t log_frames, std::int64_t bytes, std::int64_t part) const;
    // Allocates the reserve anew beyond what the log holds, if there is room.
    void renew(std::int64_t log_frames);

private:
    base::Fd log_, index_;
    std::int64_t allocated_ = 0; // bytes of the log's file
    std::int64_t indexed_ = 0;   // bytes of the log for which the index has room
};

} // namespace stepwell::store
