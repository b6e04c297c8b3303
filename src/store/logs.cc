#include "store/runs.h"

#include "base/error.h"

#include <limits>
#include <zstd.h>

namespace stepwell::store {

namespace {

std::string decompress(std::string_view compressed, std::size_t size) {
    std::string records(size, '\0');
    auto count = ZSTD_decompress(records.data(), size, compressed.data(), compressed.size());
    if (ZSTD_isError(count) || count != size) throw base::Error(base::Kind::internal, "a piece of a log is damaged");
    return records;
}

constexpr char const* chunk_columns =
    "select first_sequence, next_sequence, first_line, lines, bytes, data from log_chunk "
    "where task_id = ? and position = ? ";

std::optional<LogChunk> find_one(Session& session, std::string const& condition, std::string_view task_id,
                                 std::int64_t position, std::int64_t value) {
    std::optional<LogChunk> found;
    session.each(
        chunk_columns + condition,
        [&](Row const& row) {
            found = LogChunk{row.integer(0), row.integer(1), row.integer(2), row.integer(3),
                             decompress(row.text(5), std::size_t(row.integer(4)))};
        },
        task_id, position, value);
    return found;
}

} // namespace

std::string compress_records(std::string_view records) {
    std::string out(ZSTD_compressBound(records.size()), '\0');
    auto count = ZSTD_compress(out.data(), out.size(), records.data(), records.size(), 1);
    if (ZSTD_isError(count)) throw base::Error(base::Kind::internal, "a piece of a log cannot be compressed");
    out.resize(count);
    out.shrink_to_fit(); // some wait for one commit
    return out;
}

void insert_log_chunk(Session& session, std::string_view task_id, std::int64_t position, LogChunk const& chunk,
                      std::string const& compressed) {
    session.exec(
        "insert into log_chunk(task_id, position, first_sequence, next_sequence, first_line, lines, bytes, data) "
        "values(?, ?, ?, ?, ?, ?, ?, ?)",
        task_id, position, chunk.first_sequence, chunk.next_sequence, chunk.first_line, chunk.lines,
        chunk.records.size(), Bytes{compressed});
}

// The primary key orders chunks by their first sequence, so both look-ups are one step in it.
std::optional<LogChunk> find_log_chunk(Session& session, std::string_view task_id, std::int64_t position,
                                       std::int64_t sequence) {
    auto at =
        find_one(session, "and first_sequence <= ? order by first_sequence desc limit 1", task_id, position, sequence);
    if (at && at->next_sequence > sequence) return at;
    return find_one(session, "and first_sequence > ? order by first_sequence limit 1", task_id, position, sequence);
}

std::optional<LogChunk> find_log_chunk_of_line(Session& session, std::string_view task_id, std::int64_t position,
                                               std::int64_t line) {
    return find_one(session, "and first_line <= ? order by first_sequence desc limit 1", task_id, position, line);
}

std::optional<LogPosition> find_log_tail(Session& session, std::string_view task_id, std::int64_t position,
                                         std::int64_t line, std::int64_t max_bytes) {
    constexpr std::int64_t page = 64;
    constexpr int max_pages = 64; // a log of many tiny chunks is not worth more
    std::optional<LogPosition> found;
    std::int64_t before = std::numeric_limits<std::int64_t>::max(), bytes = 0, rows = page;
    bool done = false;
    for (int pages = 0; pages < max_pages && rows == page && !done; ++pages) {
        rows = 0;
        session.each(
            "select first_sequence, first_line, bytes from log_chunk where task_id = ? and position = ? "
            "and first_sequence < ? order by first_sequence desc limit ?",
            [&](Row const& row) {
                ++rows;
                before = row.integer(0);
                bytes += row.integer(2);
                if (done || (found && bytes > max_bytes)) return void(done = true);
                found = LogPosition{before, row.integer(1)};
                done = found->first_line <= line;
            },
            task_id, position, before, page);
    }
    return found;
}

void merge_log_chunks(Session& session, std::string_view task_id, std::int64_t position, LogChunk const& merged,
                      std::string const& compressed) {
    session.exec(
        "delete from log_chunk where task_id = ? and position = ? and first_sequence >= ? and first_sequence < ?",
        task_id, position, merged.first_sequence, merged.next_sequence);
    insert_log_chunk(session, task_id, position, merged, compressed);
}

} // namespace stepwell::store
