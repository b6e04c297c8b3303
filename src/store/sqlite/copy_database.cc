#include "store/sqlite/copy_database.h"

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace stepwell::store {

namespace {

void sync(std::string const& path, int flags) {
    base::Fd file(::open(path.c_str(), flags | O_CLOEXEC));
    if (!file || ::fsync(file.get()) != 0) base::fail_with_errno("cannot write " + path);
}

} // namespace

std::string copy_path(std::string const& folder, std::int64_t number) {
    return fmt::format("{}/stepwell.db.schema-{}", folder, number);
}

void copy_database(Session& session, std::string const& folder, std::int64_t number) {
    auto path = copy_path(folder, number), unfinished = path + ".new";
    ::unlink(unfinished.c_str()); // left by a killed start
    try {
        // SQLite would create the file with permissions of the umask.
        if (!base::Fd(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)))
            base::fail_with_errno("cannot create " + unfinished);
        session.exec("vacuum into ?", unfinished);
        sync(unfinished, O_RDONLY);
        if (::rename(unfinished.c_str(), path.c_str()) != 0) base::fail_with_errno("cannot write " + path);
        sync(folder, O_RDONLY | O_DIRECTORY);
    } catch (base::Error const& error) {
        ::unlink(unfinished.c_str());
        throw base::Error(base::Kind::unavailable,
                          fmt::format("The database cannot be copied to {} before the migration: {}. Nothing was "
                                      "changed. Free as much space as {}/stepwell.db needs, and start again.",
                                      path, error.message(), folder));
    }
    base::log_info("the database was copied to {} before the migration", path);
}

} // namespace stepwell::store
