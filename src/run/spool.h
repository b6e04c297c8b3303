// The reading end of the spool, and the way through records as bytes. The format is in run/spool_record.h.
#pragma once
#include "base/files.h"
#include "run/spool_record.h"

namespace stepwell::run {

// Calls use(Record const&) for each whole record from the beginning of `bytes`, in order. Returns how many bytes that
// were; what follows is the beginning of a record, or damaged. Throws Error{invalid} at a format it does not know.
std::size_t for_each_record(std::string_view bytes, std::function<void(Record const&)> const& use);

// Reads the segments of one folder, while they are being written or later. One thread at a time.
class SpoolReader {
public:
    // `folder` stays the caller's.
    explicit SpoolReader(int folder) : folder_(folder) {}

    // Whole records from `sequence` on, up to about `limit` bytes but at least one when there is one. Ends before a
    // torn or damaged record. Where records from `sequence` on are gone already, it begins with the oldest there is.
    Page read(std::uint64_t sequence, std::size_t limit);
    // Returns true if records from `sequence` on are read without a search.
    bool is_at(std::uint64_t sequence) const { return sequence_ == sequence; }

private:
    bool seek(std::uint64_t sequence);
    bool open_segment(std::uint64_t first);
    bool skip_to(std::uint64_t sequence);
    void read_segment(Page& page, std::size_t limit);

    int folder_;
    base::Fd file_;
    std::uint64_t sequence_ = 0; // of the record at offset_; 0: nothing open
    std::uint64_t offset_ = 0;
};

// Where records may be torn: at the end of what was written when the process was killed; in any segment when the machine
// stopped, as segments are not synced.
enum class Torn { at_end, anywhere };

// Closes the spool of a supervisor that ended without a result: cuts off what follows the last whole record and appends
// `marker`, unless that is the last record already. Returns the sequence after it. Reads the last segment, or all if
// they may be torn anywhere. Call it only when nothing writes any more.
std::uint64_t seal_spool(int folder, std::string_view marker, Torn torn);

} // namespace stepwell::run
