#include "run/spool.h"

#include "base/error.h"
#include "run/spool_writer.h"

#include <algorithm>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

Decoded decode_known(std::string_view bytes) {
    auto decoded = decode_record(bytes);
    if (decoded.found == Found::foreign)
        throw base::Error(base::Kind::invalid,
                          fmt::format("the log has records of format {}; this program reads format {}",
                                      static_cast<unsigned char>(bytes[0]), record_format));
    return decoded;
}

// Returns the first sequences of the segments in the folder, ascending.
std::vector<std::uint64_t> segments_in(int folder) {
    std::vector<std::uint64_t> found;
    int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy < 0) base::fail_with_errno("cannot read a ticket's folder");
    std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(copy), ::closedir);
    while (auto* entry = ::readdir(listing.get())) {
        std::string_view name(entry->d_name);
        std::uint64_t first = 0;
        if (name.size() != 22 || !name.starts_with("spool.")) continue;
        if (std::from_chars(name.data() + 6, name.data() + 22, first, 16).ptr == name.data() + 22)
            found.push_back(first);
    }
    std::ranges::sort(found);
    return found;
}

std::string read_at(int file, std::uint64_t offset, std::size_t limit) {
    // Most logs are short: allocate no more than the segment's size.
    struct stat facts{};
    if (::fstat(file, &facts) != 0) base::fail_with_errno("cannot read a spool");
    auto there = std::uint64_t(std::max<off_t>(facts.st_size, off_t(offset))) - offset;
    limit = std::size_t(std::min<std::uint64_t>(limit, there));
    std::string bytes(limit, '\0');
    std::size_t have = 0;
    while (have < limit) {
        auto count = ::pread(file, bytes.data() + have, limit - have, off_t(offset + have));
        if (count < 0) base::fail_with_errno("cannot read a spool");
        if (count == 0) break;
        have += std::size_t(count);
    }
    bytes.resize(have);
    return bytes;
}

bool is_removed(int file) {
    struct stat facts{};
    return ::fstat(file, &facts) == 0 && facts.st_nlink == 0;
}

} // namespace

std::size_t for_each_record(std::string_view bytes, std::function<void(Record const&)> const& use) {
    std::size_t done = 0;
    for (;;) {
        auto decoded = decode_known(bytes.substr(done));
        if (decoded.found != Found::record) return done;
        use(decoded.record);
        done += decoded.size;
    }
}

Page SpoolReader::read(std::uint64_t sequence, std::size_t limit) {
    Page page{{}, sequence};
    if (sequence_ != sequence && !seek(sequence)) return page;
    page.next_sequence = sequence_;
    do read_segment(page, limit);
    // a segment is named by the sequence that follows its predecessor
    while (page.bytes.size() < limit && open_segment(sequence_));
    return page;
}

void SpoolReader::read_segment(Page& page, std::size_t limit) {
    auto room = limit > page.bytes.size() ? limit - page.bytes.size() : 1;
    auto bytes = read_at(file_.get(), offset_, std::max(room, record_header_size));
    auto first = decode_known(bytes);
    if (first.found == Found::partial && first.size > bytes.size()) bytes = read_at(file_.get(), offset_, first.size);
    auto size = for_each_record(bytes, [&](Record const& record) { sequence_ = record.sequence + 1; });
    bytes.resize(size);
    offset_ += size;
    page.next_sequence = sequence_;
    if (page.bytes.empty())
        page.bytes = std::move(bytes);
    else
        page.bytes += bytes;
}

bool SpoolReader::open_segment(std::uint64_t first) {
    // It may be the open segment, still empty. A writer that finds the disk full removes it and creates it again.
    if (offset_ == 0 && sequence_ == first && !is_removed(file_.get())) return false;
    base::Fd file(::openat(folder_, SegmentName(first).text, O_RDONLY | O_CLOEXEC));
    if (!file) return false;
    file_ = std::move(file);
    sequence_ = first;
    offset_ = 0;
    return true;
}

bool SpoolReader::seek(std::uint64_t sequence) {
    auto segments = segments_in(folder_);
    if (segments.empty()) return false;
    auto after = std::ranges::upper_bound(segments, sequence);
    auto first = after == segments.begin() ? *after : *std::prev(after);
    sequence_ = 0;
    return open_segment(first) && skip_to(sequence);
}

// Searches the open segment by headers; ends at a record that is not complete yet.
bool SpoolReader::skip_to(std::uint64_t sequence) {
    constexpr std::size_t window = 1u << 20;
    while (sequence_ < sequence) {
        auto bytes = read_at(file_.get(), offset_, window + record_header_size);
        std::size_t done = 0;
        while (sequence_ < sequence) {
            auto decoded = decode_known(std::string_view(bytes).substr(done));
            if (decoded.found != Found::record) break;
            done += decoded.size;
            sequence_ = decoded.record.sequence + 1;
        }
        offset_ += done;
        if (done == 0) break;
    }
    if (sequence_ >= sequence) return true; // past it: the requested records were removed
    sequence_ = 0;
    return false;
}

std::uint64_t seal_spool(int folder, std::string_view marker, Torn torn) {
    SpoolReader reader(folder);
    auto segments = segments_in(folder);
    std::uint64_t next = segments.empty() ? 1 : segments.front();
    if (torn == Torn::at_end) {
        auto has_records = [&](std::uint64_t first) { return !reader.read(first, 1).bytes.empty(); };
        auto last = std::ranges::find_if(segments.rbegin(), segments.rend(), has_records);
        if (last != segments.rend()) next = *last;
    }
    bool sealed = false;
    for (;;) {
        auto page = reader.read(next, 1u << 20);
        if (page.bytes.empty()) break;
        for_each_record(page.bytes, [&](Record const& record) {
            sealed = record.kind == RecordKind::marker && record.bytes == marker;
        });
        next = page.next_sequence;
    }
    if (sealed) return next;

    // Bytes after the last whole record are removed. The marker gets its own segment, which replaces an empty one.
    for (auto first : segments) {
        if (first >= next) ::unlinkat(folder, SegmentName(first).text, 0);
    }
    char header[record_header_size];
    encode_header({next, RecordKind::marker, Stream::err, Level::warning, base::SystemClock().now(), 0, marker},
                  header);
    auto record = std::string(header, sizeof header).append(marker);
    base::Fd file(::openat(folder, SegmentName(next).text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660));
    if (!file) base::fail_with_errno("cannot mark the end of a spool");
    base::write_all(file.get(), record);
    return next + 1;
}

} // namespace stepwell::run
