// SQLite's write-ahead log as a file: sqlite.org/fileformat2.html, section 4.
#pragma once
#include "base/files.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::store {

constexpr int log_pages = 2000; // frames of the log after which it is checkpointed

std::string log_path(std::string const& database);
// Bytes of a log with so many frames of 4096-byte pages.
constexpr std::int64_t log_size(std::int64_t frames) { return 32 + frames * (4096 + 24); }

// What recovery will find in a log.
struct LogContent {
    bool is_empty = true;        // missing, or without a header
    bool is_header_valid = true; // if false, recovery drops the whole log
    std::string salts;           // 8 bytes: another value each time the log begins anew
    std::int64_t frames = 0;     // valid ones, up to the last that ends a commit
    std::int64_t pages = 0;      // of the database after that commit; 0 if there is none
    std::int64_t pages_held = 0; // of them, those past `first_pages` that are in the log
};
// Reads the log of `database`; SQLite must not write it meanwhile. `first_pages`: those in the database file.
LogContent read_log(std::string const& database, std::int64_t first_pages);

// Reads a number as SQLite's files have it: `size` bytes, the highest first.
std::uint32_t read_big_endian(std::string_view bytes, std::size_t at, std::size_t size = 4);

// Reads the 8 bytes of salts in the header of an open log; zeros if it has none.
std::string read_salts(int log);

// Makes the log as large as it grows; call it from the thread that writes. A commit into a file that must grow takes
// twice as long: the size is one more thing to be made durable.
void preallocate_wal(std::string const& database);

} // namespace stepwell::store
