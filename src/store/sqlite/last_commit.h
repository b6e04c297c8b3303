// DATA/last-commit: the state of the database at its last commit, stored outside the database. A start compares the two
// and so detects a truncated log or database file.
//
// The file is written after each commit and before the commit is acknowledged, without a sync. It survives a kill of
// the process. After a power loss it may be older than the database, but never newer.
#pragma once
#include "base/files.h"

#include <cstdint>
#include <optional>
#include <string>

namespace stepwell::store {

struct LastCommit {
    std::int64_t event = 0;      // number of the last audit event
    std::string hash;            // hash of that event, 32 bytes
    std::string log_salts;       // of the write-ahead log, 8 bytes; zeros if it had no header
    std::int64_t log_frames = 0; // valid frames in the log

    bool operator==(LastCommit const&) const = default;
};

std::string last_commit_path(std::string const& folder);
// Returns nullopt if the file is missing or damaged.
std::optional<LastCommit> read_last_commit(std::string const& folder);
// Returns true if the file exists but has invalid contents, for example after a power loss. A missing file is valid:
// older versions did not write it.
bool is_last_commit_damaged(std::string const& folder);

// The file, kept open by the writer thread.
class LastCommitFile {
public:
    explicit LastCommitFile(std::string const& folder);
    // Does not throw: if the state is older, a start only checks less.
    void write(std::int64_t event, std::string const& hash, std::int64_t log_frames);

private:
    std::string folder_;
    base::Fd file_, log_;
    LastCommit written_;
};

} // namespace stepwell::store
