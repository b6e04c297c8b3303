// The writing end of the spool: what the shim appends to. Files spool.<first sequence, 16 hex digits> in the ticket's
// folder; a new one begins when the last is large enough, and those acknowledged as a whole are removed; the last
// one only when the disk is full. A log of which much is unacknowledged leaves room on the disk for others. Nothing is synced: a killed process loses nothing, lost power may cut the tail.
// Compiles without exceptions and allocates nothing. One thread.
#pragma once
#include "run/spool_record.h"

namespace stepwell::run {

// Name of the segment that begins with `sequence`, with its end.
struct SegmentName {
    char text[6 + 16 + 1];
    explicit SegmentName(std::uint64_t sequence);
};

class SpoolWriter {
public:
    // Called when the disk takes no more. Waits a moment and returns true to try the write again; false drops the
    // record and all that follow.
    class DiskFullWaiter {
    public:
        virtual bool wait_for_room() = 0;

    protected:
        ~DiskFullWaiter() = default;
    };

    // `folder` stays the caller's. More than `limit` bytes unacknowledged is full.
    SpoolWriter(int folder, std::uint64_t limit, DiskFullWaiter& waiter);
    ~SpoolWriter();

    // Gathered into one record with what came before it at the same stream and level, until flush or 64 KiB.
    void output(Stream stream, Level level, std::string_view bytes);
    // A record of its own, at once, after what is gathered. At most max_payload bytes.
    void entry(RecordKind kind, Stream stream, std::string_view payload);
    void flush();

    void acknowledge(std::uint64_t next_sequence);
    bool full() const { return written_ - freed_ > limit_; }
    // Stops leaving room on the disk for others: the little that is still to come ends the run.
    void take_all_room() { leaves_room_ = false; }
    // True once a record was dropped.
    bool has_dropped() const { return has_dropped_; }
    std::uint64_t next_sequence() const { return next_sequence_; }

private:
    struct Segment {
        std::uint64_t first = 0; // sequence
        std::uint64_t start = 0; // bytes written before it
    };
    static constexpr std::size_t max_segments = 256;
    static constexpr std::uint64_t room_for_others = 64u << 20; // on the disk; an eighth of a small one
    static constexpr std::uint64_t always_allowed = 64u << 10;  // unacknowledged, however little room there is
    static constexpr std::uint64_t bytes_between_looks = 256u << 10;

    void append(Record const& record);
    bool write_once(Record const& record, char const (&header)[record_header_size]);
    bool must_leave_room();
    bool open_segment();
    bool remove_last(); // if all is acknowledged

    int const folder_;
    std::uint64_t const limit_;
    std::uint64_t const segment_size_;
    DiskFullWaiter& disk_full_waiter_;
    int file_ = -1;
    std::uint64_t next_sequence_ = 1;
    std::uint64_t written_ = 0, freed_ = 0; // bytes since the beginning
    std::uint64_t looked_at_ = 0;           // of them, when the disk was last looked at
    Segment segments_[max_segments];        // those on disk, a ring
    std::size_t oldest_ = 0, segment_count_ = 0;
    bool crowded_ = false; // the disk took no more
    bool leaves_room_ = true;
    bool has_dropped_ = false;

    Stream stream_ = Stream::out;
    Level level_ = Level::standard;
    std::size_t gathered_ = 0;
    char gather_[max_output];
};

} // namespace stepwell::run
