// Reading the spool, and iterating over encoded records. The format is described in run/spool_record.h.
#pragma once
#include "base/files.h"
#include "run/spool_record.h"

namespace stepwell::run {

// Calls use(Record const&) for each whole record from the start of `bytes`, in order. Returns the number of bytes used;
// an incomplete or damaged record follows. Throws Error{invalid} for an unknown format.
std::size_t for_each_record(std::string_view bytes, std::function<void(Record const&)> const& use);

// Reads the segments of one folder, also while they are being written. Not thread-safe.
class SpoolReader {
public:
    // `folder` remains owned by the caller.
    explicit SpoolReader(int folder) : folder_(folder) {}

    // Returns whole records from `sequence` on, up to about `limit` bytes but at least one record if there is one.
    // Stops at an incomplete or damaged record. If records from `sequence` on were removed, starts with the oldest one.
    Page read(std::uint64_t sequence, std::size_t limit);
    // Returns true if a read from `sequence` needs no search.
    bool is_at(std::uint64_t sequence) const { return sequence_ == sequence; }

private:
    bool seek(std::uint64_t sequence);
    bool open_segment(std::uint64_t first);
    bool skip_to(std::uint64_t sequence);
    void read_segment(Page& page, std::size_t limit);

    int folder_;
    base::Fd file_;
    std::uint64_t sequence_ = 0; // of the record at offset_; 0: no segment is open
    std::uint64_t offset_ = 0;
};

// Where records may be incomplete: at the end if the process was killed; in any segment if the machine stopped, because
// segments are not synced.
enum class Torn { at_end, anywhere };

// Closes the spool of a supervisor that ended without a result: removes everything after the last whole record, and
// appends `marker` unless it is already the last record. Returns the next sequence. Reads the last segment, or all with
// Torn::anywhere. Call only when no process writes to the spool.
std::uint64_t seal_spool(int folder, std::string_view marker, Torn torn);

} // namespace stepwell::run
