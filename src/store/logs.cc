#include "store/runs.h"

#include "base/error.h"

#include <limits>
#include <zstd.h>

namespace stepwell::store {

namespace {

std::string decompress(std::string_view compressed, std::size_t size) {
    std::string records(size, '\0');
    auto count = ZSTD_decompress(records.data(), size, compressed.data(), compressed.size());
    if (ZSTD_isError(count) || count != size) throw base::Error(base::Kind::internal, "a chunk of a log is damaged");
    return records;
}

constexpr char const* chunk_columns = "first_sequence, next_sequence, first_line, lines, bytes, data";

LogChunk chunk_from(Row const& row) {
    return {row.integer(0), row.integer(1), row.integer(2), row.integer(3),
            decompress(row.text(5), std::size_t(row.integer(4)))};
}

std::optional<LogChunk> find_one(Session& session, std::string const& condition, std::string_view task_id,
                                 std::int64_t attempt, std::int64_t value) {
    std::optional<LogChunk> found;
    session.each(
        "select " + std::string(chunk_columns) + " from log_chunk where task_id = ? and attempt = ? " + condition,
        [&](Row const& row) { found = chunk_from(row); }, task_id, attempt, value);
    return found;
}

} // namespace

std::string compress_records(std::string_view records) {
    std::string out(ZSTD_compressBound(records.size()), '\0');
    auto count = ZSTD_compress(out.data(), out.size(), records.data(), records.size(), 1);
    if (ZSTD_isError(count)) throw base::Error(base::Kind::internal, "a chunk of a log cannot be compressed");
    out.resize(count);
    out.shrink_to_fit(); // several may wait for one commit
    return out;
}

std::int64_t last_log_chunk_number(Session& session, std::string_view task_id) {
    return session.integer("select max(number) from log_chunk where task_id = ?", task_id).value_or(0);
}

namespace {

void insert_numbered(Session& session, std::string_view task_id, std::int64_t attempt, std::int64_t number,
                     LogChunk const& chunk, std::string const& compressed) {
    session.exec("insert into log_chunk(task_id, attempt, first_sequence, next_sequence, number, first_line, lines, "
                 "bytes, data) values(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 task_id, attempt, chunk.first_sequence, chunk.next_sequence, number, chunk.first_line, chunk.lines,
                 chunk.records.size(), Bytes{compressed});
}

} // namespace

void insert_log_chunk(Session& session, std::string_view task_id, std::int64_t attempt, LogChunk const& chunk,
                      std::string const& compressed) {
    insert_numbered(session, task_id, attempt, last_log_chunk_number(session, task_id) + 1, chunk, compressed);
}

std::optional<NumberedChunk> find_log_chunk_after(Session& session, std::string_view task_id, std::int64_t number) {
    std::optional<NumberedChunk> found;
    session.each(
        "select " + std::string(chunk_columns) +
            ", number, attempt from log_chunk where task_id = ? and number > ? order by number limit 1",
        [&](Row const& row) { found = NumberedChunk{row.integer(6), row.integer(7), chunk_from(row)}; }, task_id,
        number);
    return found;
}

// The primary key orders chunks by their first sequence, so both look-ups are one step in it.
std::optional<LogChunk> find_log_chunk(Session& session, std::string_view task_id, std::int64_t attempt,
                                       std::int64_t sequence) {
    auto at =
        find_one(session, "and first_sequence <= ? order by first_sequence desc limit 1", task_id, attempt, sequence);
    if (at && at->next_sequence > sequence) return at;
    return find_one(session, "and first_sequence > ? order by first_sequence limit 1", task_id, attempt, sequence);
}

std::optional<LogChunk> find_log_chunk_of_line(Session& session, std::string_view task_id, std::int64_t attempt,
                                               std::int64_t line) {
    return find_one(session, "and first_line <= ? order by first_sequence desc limit 1", task_id, attempt, line);
}

std::optional<LogPosition> find_log_tail(Session& session, std::string_view task_id, std::int64_t attempt,
                                         std::int64_t line, std::int64_t max_bytes) {
    constexpr std::int64_t page = 64;
    constexpr int max_pages = 64; // limits the effort for a log of many small chunks
    std::optional<LogPosition> found;
    std::int64_t before = std::numeric_limits<std::int64_t>::max(), bytes = 0, rows = page;
    bool done = false;
    for (int pages = 0; pages < max_pages && rows == page && !done; ++pages) {
        rows = 0;
        session.each(
            "select first_sequence, first_line, bytes from log_chunk where task_id = ? and attempt = ? "
            "and first_sequence < ? order by first_sequence desc limit ?",
            [&](Row const& row) {
                ++rows;
                before = row.integer(0);
                bytes += row.integer(2);
                if (done || (found && bytes > max_bytes)) return void(done = true);
                found = LogPosition{before, row.integer(1)};
                done = found->first_line <= line;
            },
            task_id, attempt, before, page);
    }
    return found;
}

void merge_log_chunks(Session& session, std::string_view task_id, std::int64_t attempt, LogChunk const& merged,
                      std::string const& compressed) {
    // Taken before the others go: no number is used again, so a reader that has seen those does not miss this one.
    auto const number = last_log_chunk_number(session, task_id) + 1;
    session.exec(
        "delete from log_chunk where task_id = ? and attempt = ? and first_sequence >= ? and first_sequence < ?",
        task_id, attempt, merged.first_sequence, merged.next_sequence);
    insert_numbered(session, task_id, attempt, number, merged, compressed);
}

} // namespace stepwell::store
