#include "store/sqlite/quick_check.h"

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "store/sealed.h"
#include "store/sqlite/damage.h"
#include "store/sqlite/last_commit.h"
#include "store/sqlite/write_ahead_log.h"
#include "store/tables.h"

#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::store {

using base::Error;
using base::Kind;

namespace {

[[noreturn]] void refuse(std::string const& why) { throw DamageError(why); }

// Returns -1 if the file does not exist.
std::int64_t size_of(std::string const& path) {
    struct stat facts{};
    return ::stat(path.c_str(), &facts) == 0 ? std::int64_t(facts.st_size) : -1;
}

bool has_entries(std::string const& folder) {
    std::error_code none;
    auto entries = std::filesystem::directory_iterator(folder, none);
    return entries != std::filesystem::directory_iterator();
}

// Returns a file that an installation leaves in addition to key and database; empty if there is none.
std::string find_trace(std::string const& folder) {
    for (std::string path : {last_commit_path(folder), log_path(database_of(folder))})
        if (size_of(path) > 0) return path;
    for (auto name : {"/former-keys", "/tickets"})
        if (has_entries(folder + name)) return folder + name;
    return {};
}

// sqlite.org/fileformat2.html, section 1.3.
void check_header(std::string const& path, std::string_view header, std::int64_t page_size) {
    bool is_power_of_two = page_size >= 512 && (page_size & (page_size - 1)) == 0;
    bool is_database = header.size() == 100 && header.starts_with(std::string_view("SQLite format 3\0", 16));
    if (!is_database || !is_power_of_two)
        refuse(path + " is not a database, or its header is damaged. " + how_to_restore);
}

void check_log(std::string const& folder, LogContent const& log) {
    auto path = log_path(database_of(folder));
    if (!log.is_header_valid)
        refuse(path + " is damaged at its beginning. The commits in it are lost. " + how_to_restore);
    auto last = read_last_commit(folder);
    if (last && !log.is_empty && log.salts == last->log_salts && log.frames < last->log_frames)
        refuse(fmt::format("{} is damaged. Of {} committed pages, {} can be read. {}", path, last->log_frames,
                           log.frames, how_to_restore));
}

void warn_if_last_commit_is_damaged(std::string const& folder) {
    if (!is_last_commit_damaged(folder)) return;
    base::log_warning("{} is damaged, so the last commits of the database cannot be verified. After a power cut this "
                      "is harmless. Otherwise, check whether your latest runs and audit events exist. If they are "
                      "missing: {} The next commit rewrites the file.",
                      last_commit_path(folder), how_to_restore);
}

} // namespace

std::string database_of(std::string const& folder) { return folder + "/stepwell.db"; }

bool is_new_installation(std::string const& folder) {
    auto database = database_of(folder), key = folder + "/key";
    auto database_size = size_of(database);
    bool has_key = size_of(key) >= 0;
    if (database_size > 0 && !has_key) refuse(key + " is missing. Restore the key of " + database);
    auto trace = find_trace(folder);
    // SQLite uses a journal only while it creates the database; later it uses the log.
    bool is_being_created = size_of(database + "-journal") > 0 && trace.empty();
    if (database_size > 0 && !is_being_created) return false;
    if (trace.empty() && database_size < 0 && has_key) trace = key;
    if (!trace.empty())
        refuse(
            fmt::format("{} is {}, but {} shows that it existed. {} To start a new installation, use an empty folder.",
                        database, database_size < 0 ? "missing" : "empty", trace, how_to_restore));
    return true;
}

std::int64_t check_database_file(std::string const& folder) {
    auto path = database_of(folder);
    base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) base::fail_with_errno("cannot open " + path);
    std::string header(100, '\0');
    header.resize(std::size_t(std::max<ssize_t>(::pread(file.get(), header.data(), header.size(), 0), 0)));
    std::int64_t page_size = header.size() < 100 ? 0 : read_big_endian(header, 16, 2);
    if (page_size == 1) page_size = 65536;
    check_header(path, header, page_size);
    auto in_file = size_of(path) / page_size;
    auto log = read_log(path, in_file);
    check_log(folder, log);
    bool uses_log = header[18] == 2 && header[19] == 2;
    if (log.frames > 0 && !uses_log) refuse(damage_of(path)); // the log would be ignored
    // The header contains the number of pages unless a commit in the log does. Pages after the end of the file must be
    // in the log, except the one at 1 GiB, which is never written.
    bool is_counted = header.compare(24, 4, header, 92, 4) == 0;
    auto pages = log.pages > 0 ? log.pages - 1 : is_counted ? std::int64_t(read_big_endian(header, 28, 4)) : 0;
    if (in_file + log.pages_held < pages)
        refuse(fmt::format("{} is truncated: {} pages expected, {} found. {}", path, pages, in_file + log.pages_held,
                           how_to_restore));
    if (log.is_empty && is_counted && in_file > pages) refuse(damage_of(path)); // the end of the file would be ignored
    return log.frames;
}

void check_database(Session& session, std::string const& folder, base::KeyRing const& key) {
    auto path = database_of(folder);
    check_schema(session, path);
    open_proof(session, key);
    // Without these numbers, ids would be assigned twice.
    if (session.has_table("sequence")) session.integer("select max(last) from sequence");
    warn_if_last_commit_is_damaged(folder);
    auto last = read_last_commit(folder);
    if (!last || last->event == 0) return;
    // SQLite has one chain. Databases created before chains were introduced have the same columns.
    auto end = has_tables(session) ? session.integer("select max(sequence) from event").value_or(0) : 0;
    if (end >= last->event && session.text("select hash from event where sequence = ?", last->event) == last->hash)
        return;
    refuse(fmt::format(
        "{} {}: event {} was committed, {}. {} If this database is a backup, remove {}. All later data is lost.", path,
        end < last->event ? "is incomplete" : "does not belong to this folder", last->event,
        end < last->event ? fmt::format("but the last event in it is {}", end)
                          : std::string("but the database has another event with this number"),
        how_to_restore, last_commit_path(folder)));
}

} // namespace stepwell::store
