// Writing the spool. The shim appends to files spool.<first sequence, 16 hex digits> in the ticket's folder. A new file
// starts when the last one is large enough. Fully acknowledged files are removed; the last one only if the disk is
// full. If much of a log is unacknowledged, the writer leaves disk space for others. Nothing is synced: no data is lost
// if the process is killed, but a power loss may cut the end.
// Compiles without exceptions and allocates no memory. Not thread-safe.
#pragma once
#include "run/spool_record.h"

namespace stepwell::run {

// Name of the segment that starts with `sequence`, NUL-terminated.
struct SegmentName {
    char text[6 + 16 + 1];
    explicit SegmentName(std::uint64_t sequence);
};

class SpoolWriter {
public:
    // Called if the disk is full. Waits briefly and returns true to retry the write; false drops this record and all
    // later ones.
    class DiskFullWaiter {
    public:
        virtual bool wait_for_room() = 0;

    protected:
        ~DiskFullWaiter() = default;
    };

    // `folder` remains owned by the caller. The spool is full if more than `limit` bytes are unacknowledged.
    SpoolWriter(int folder, std::uint64_t limit, DiskFullWaiter& waiter);
    ~SpoolWriter();

    // Appends to the current record if stream and level are the same; flush() or 64 KiB end the record.
    void output(Stream stream, Level level, std::string_view bytes);
    // Writes a separate record immediately, after the collected output. At most max_payload bytes.
    void entry(RecordKind kind, Stream stream, std::string_view payload);
    void flush();

    void acknowledge(std::uint64_t next_sequence);
    bool full() const { return written_ - freed_ > limit_; }
    // Stops leaving disk space for others. Used at the end of the run, when little output is left.
    void take_all_room() { leaves_room_ = false; }
    // Returns true if a record was dropped.
    bool has_dropped() const { return has_dropped_; }
    std::uint64_t next_sequence() const { return next_sequence_; }

private:
    struct Segment {
        std::uint64_t first = 0; // sequence
        std::uint64_t start = 0; // bytes written before the segment
    };
    static constexpr std::size_t max_segments = 256;
    static constexpr std::uint64_t room_for_others = 64u << 20; // of the disk; an eighth of a small disk
    static constexpr std::uint64_t always_allowed = 64u << 10;  // unacknowledged bytes, regardless of free space
    static constexpr std::uint64_t bytes_between_looks = 256u << 10;

    void append(Record const& record);
    bool write_once(Record const& record, char const (&header)[record_header_size]);
    bool must_leave_room();
    bool open_segment();
    bool remove_last(); // if fully acknowledged

    int const folder_;
    std::uint64_t const limit_;
    std::uint64_t const segment_size_;
    DiskFullWaiter& disk_full_waiter_;
    int file_ = -1;
    std::uint64_t next_sequence_ = 1;
    std::uint64_t written_ = 0, freed_ = 0; // bytes in total
    std::uint64_t looked_at_ = 0;           // written_ at the last check of free space
    Segment segments_[max_segments];        // on disk; a ring buffer
    std::size_t oldest_ = 0, segment_count_ = 0;
    bool crowded_ = false; // the disk is full
    bool leaves_room_ = true;
    bool has_dropped_ = false;

    Stream stream_ = Stream::out;
    Level level_ = Level::standard;
    std::size_t gathered_ = 0;
    char gather_[max_output];
};

} // namespace stepwell::run
