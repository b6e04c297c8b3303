#include "store/sqlite/last_commit.h"

#include "base/crypto.h"
#include "base/regular_file.h"
#include "base/text.h"
#include "store/sqlite/write_ahead_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace stepwell::store {

namespace {

std::string with_checksum(std::string text) { return fmt::format("{} check {:08x}\n", text, base::crc32c(text)); }

// A longer file is damaged: a server writes much less.
constexpr std::size_t longest = 4096;

// All texts have the same length, so that each write replaces the previous one completely.
std::string to_text(LastCommit const& commit) {
    return with_checksum(fmt::format("event {:019} hash {} log {} frames {:019}", commit.event,
                                     base::to_hex(commit.hash), base::to_hex(commit.log_salts), commit.log_frames));
}

} // namespace

std::string last_commit_path(std::string const& folder) { return folder + "/last-commit"; }

std::optional<LastCommit> read_last_commit(std::string const& folder) {
    auto text = base::read_small_file(last_commit_path(folder), longest).value_or("");
    auto words = base::split(base::trim(text), ' ');
    if (words.size() != 10 || text != with_checksum(text.substr(0, text.rfind(" check ")))) return std::nullopt;
    LastCommit commit;
    commit.event = base::to_number(words[1]).value_or(0);
    commit.hash = base::from_hex(words[3]).value_or("");
    commit.log_salts = base::from_hex(words[5]).value_or("");
    commit.log_frames = base::to_number(words[7]).value_or(0);
    return commit;
}

bool is_last_commit_damaged(std::string const& folder) {
    return base::read_small_file(last_commit_path(folder), 0) && !read_last_commit(folder);
}

LastCommitFile::LastCommitFile(std::string const& folder)
    : folder_(folder), file_(base::open_regular_file(last_commit_path(folder), O_WRONLY | O_CREAT)) {}

void LastCommitFile::write(std::int64_t event, std::string const& hash, std::int64_t log_frames) {
    if (!log_) log_.reset(::open(log_path(folder_ + "/stepwell.db").c_str(), O_RDONLY | O_CLOEXEC));
    LastCommit commit{event, hash, read_salts(log_.get()), log_frames};
    if (commit == written_) return;
    auto text = to_text(commit);
    if (::pwrite(file_.get(), text.data(), text.size(), 0) != ssize_t(text.size())) return;
    // it was damaged and longer
    if (written_.hash.empty() && ::ftruncate(file_.get(), off_t(text.size())) != 0) return;
    written_ = std::move(commit);
}

} // namespace stepwell::store
