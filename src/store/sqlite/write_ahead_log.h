// The file format of SQLite's write-ahead log: sqlite.org/fileformat2.html, section 4.
#pragma once
#include "base/files.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::store {

constexpr int log_pages = 2000; // number of frames after which the log is checkpointed

std::string log_path(std::string const& database);
// Returns the size of a log with `frames` frames of 4096-byte pages.
constexpr std::int64_t log_size(std::int64_t frames) { return 32 + frames * (4096 + 24); }

// The contents of a log that recovery would use.
struct LogContent {
    bool is_empty = true;        // missing or without a header
    bool is_header_valid = true; // false: recovery discards the log
    std::string salts;           // 8 bytes; new values each time the log restarts
    std::int64_t frames = 0;     // valid frames up to the last commit
    std::int64_t pages = 0;      // of the database after that commit; 0 if there is none
    std::int64_t pages_held = 0; // of them, pages after `first_pages` that are in the log
};
// Reads the log of `database`, which SQLite must not write at the same time. `first_pages` is the number of pages in
// the database file.
LogContent read_log(std::string const& database, std::int64_t first_pages);

// Reads a big-endian number of `size` bytes, the format of numbers in SQLite's files.
std::uint32_t read_big_endian(std::string_view bytes, std::size_t at, std::size_t size = 4);

// Reads the 8 salt bytes in the header of an open log; zeros if it has none.
std::string read_salts(int log);

// Extends the log file to its maximum size. Call on the writer thread. A commit that extends the file takes twice as
// long, because the new size must be made durable too.
void preallocate_wal(std::string const& database);

} // namespace stepwell::store
