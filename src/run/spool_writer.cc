#include "run/spool_writer.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

Time now() {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return Time(std::chrono::milliseconds(std::int64_t(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000));
}

} // namespace

SegmentName::SegmentName(std::uint64_t sequence) : text("spool.") {
    for (int i = 0; i < 16; ++i) text[6 + i] = "0123456789abcdef"[(sequence >> (60 - 4 * i)) & 15];
    text[22] = '\0';
}

SpoolWriter::SpoolWriter(int folder, std::uint64_t limit, DiskFullWaiter& waiter)
    : folder_(folder), limit_(limit), segment_size_(std::max<std::uint64_t>(limit / 32, 64u << 10)),
      disk_full_waiter_(waiter) {}

SpoolWriter::~SpoolWriter() {
    if (file_ >= 0) ::close(file_);
}

void SpoolWriter::output(Stream stream, Level level, std::string_view bytes) {
    if (gathered_ > 0 && (stream != stream_ || level != level_)) flush();
    stream_ = stream;
    level_ = level;
    while (!bytes.empty()) {
        auto count = std::min(bytes.size(), max_output - gathered_);
        std::memcpy(gather_ + gathered_, bytes.data(), count);
        gathered_ += count;
        bytes.remove_prefix(count);
        if (gathered_ == max_output) flush();
    }
}

void SpoolWriter::flush() {
    if (gathered_ == 0) return;
    std::string_view bytes(gather_, std::exchange(gathered_, 0));
    append({next_sequence_, RecordKind::output, stream_, level_, now(), count_lines(bytes), bytes});
}

void SpoolWriter::entry(RecordKind kind, Stream stream, std::string_view payload) {
    flush();
    append({next_sequence_, kind, stream, Level::standard, now(), count_lines(payload), payload});
}

void SpoolWriter::append(Record const& record) {
    if (has_dropped_) return;
    char header[record_header_size];
    encode_header(record, header);
    while (!write_once(record, header)) {
        crowded_ = true;
        if (!remove_last() && !disk_full_waiter_.wait_for_room()) {
            has_dropped_ = true;
            return;
        }
    }
    crowded_ = false;
    ++next_sequence_;
    written_ += record_header_size + record.bytes.size();
}

// Returns true if the disk has less space than others need and this log has used its minimum. The check is cheap, but
// not free.
bool SpoolWriter::must_leave_room() {
    if (!leaves_room_ || written_ - freed_ < always_allowed) return false;
    if (written_ < looked_at_ + bytes_between_looks) return false;
    struct statvfs space{};
    if (::fstatvfs(folder_, &space) != 0) return false;
    auto const unit = std::uint64_t(space.f_frsize);
    if (std::uint64_t(space.f_bavail) * unit < std::min(room_for_others, std::uint64_t(space.f_blocks) * unit / 8))
        return true;
    looked_at_ = written_;
    return false;
}

bool SpoolWriter::write_once(Record const& record, char const (&header)[record_header_size]) {
    if (must_leave_room() || !open_segment()) return false;
    iovec parts[2] = {{const_cast<char*>(header), sizeof header},
                      {const_cast<char*>(record.bytes.data()), record.bytes.size()}};
    auto size = sizeof header + record.bytes.size();
    auto written = ::writev(file_, parts, 2);
    if (written >= 0 && std::size_t(written) == size) return true;
    // A record is written completely or not at all.
    auto start = written_ - segments_[(oldest_ + segment_count_ - 1) % max_segments].start;
    while (::ftruncate(file_, off_t(start)) != 0 && disk_full_waiter_.wait_for_room()) {
    }
    return false;
}

bool SpoolWriter::open_segment() {
    if (file_ >= 0) {
        auto start = segments_[(oldest_ + segment_count_ - 1) % max_segments].start;
        if (written_ - start < segment_size_) return true;
    }
    if (segment_count_ == max_segments) return true; // so many segments that the last one grows
    auto file =
        ::openat(folder_, SegmentName(next_sequence_).text, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0660);
    if (file < 0) return false;
    if (file_ >= 0) ::close(file_);
    file_ = file;
    segments_[(oldest_ + segment_count_++) % max_segments] = {next_sequence_, written_};
    return true;
}

void SpoolWriter::acknowledge(std::uint64_t next_sequence) {
    while (segment_count_ > 1 && segments_[(oldest_ + 1) % max_segments].first <= next_sequence) {
        ::unlinkat(folder_, SegmentName(segments_[oldest_].first).text, 0);
        oldest_ = (oldest_ + 1) % max_segments;
        --segment_count_;
        freed_ = std::max(freed_, segments_[oldest_].start);
    }
    if (next_sequence < next_sequence_) return;
    freed_ = written_;
    if (crowded_) remove_last();
}

// Removes the last segment if it was fully acknowledged before the disk was full, because it is not acknowledged again.
// Returns false if that frees no space.
bool SpoolWriter::remove_last() {
    if (freed_ < written_ || segment_count_ == 0 || segments_[oldest_].start == written_) return false;
    ::close(file_);
    file_ = -1;
    for (; segment_count_ > 0; --segment_count_) {
        ::unlinkat(folder_, SegmentName(segments_[oldest_].first).text, 0);
        oldest_ = (oldest_ + 1) % max_segments;
    }
    return true;
}

} // namespace stepwell::run
