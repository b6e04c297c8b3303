// DATA/last-commit: how far the database was when it last committed, written outside of it. A start compares the two,
// so that a log or a file that lost its end is found, and not taken for the state of the installation.
//
// The file is written after each commit and before the commit is answered, without a sync: a kill of the process loses
// none of it. After a power cut it may be older than the database, never newer.
#pragma once
#include "base/files.h"

#include <cstdint>
#include <optional>
#include <string>

namespace stepwell::store {

struct LastCommit {
    std::int64_t event = 0;      // number of the last audit event
    std::string hash;            // of that event, 32 bytes
    std::string log_salts;       // of the write-ahead log, 8 bytes; zeros if it had no header
    std::int64_t log_frames = 0; // valid in it

    bool operator==(LastCommit const&) const = default;
};

std::string last_commit_path(std::string const& folder);
// Returns nullopt if there is no such file, or if it is damaged.
std::optional<LastCommit> read_last_commit(std::string const& folder);
// Returns true if the file holds something else than a server writes: after a power cut, say. False if it is missing,
// as after an older version.
bool is_last_commit_damaged(std::string const& folder);

// The file, held open by the thread that writes to the database.
class LastCommitFile {
public:
    explicit LastCommitFile(std::string const& folder);
    // Never throws: a start that finds an older state checks less.
    void write(std::int64_t event, std::string const& hash, std::int64_t log_frames);

private:
    std::string folder_;
    base::Fd file_, log_;
    LastCommit written_;
};

} // namespace stepwell::store
