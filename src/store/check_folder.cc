#include "store/check_folder.h"

#include "base/error.h"
#include "store/folder.h"
#include "store/key_files.h"
#include "store/quick_check.h"
#include "store/sqlite.h"
#include "store/write_ahead_log.h"

#include <unistd.h>

namespace stepwell::store {

namespace {

// The folder's lock. A file that was created for the check, as in a restored backup, is removed at its end.
class CheckLock {
public:
    explicit CheckLock(std::string const& folder)
        : path_(folder + "/lock"), is_new_(::access(path_.c_str(), F_OK) != 0), lock_(lock_folder(folder)) {}
    CheckLock(CheckLock const&) = delete;
    CheckLock& operator=(CheckLock const&) = delete;
    ~CheckLock() {
        if (is_new_) ::unlink(path_.c_str()); // while it is held
    }

private:
    std::string path_;
    bool is_new_;
    base::Fd lock_;
};

// Reading alone makes SQLite create these two.
class Traces {
public:
    explicit Traces(std::string const& database) {
        for (auto const& path : {log_path(database), database + "-shm"})
            if (::access(path.c_str(), F_OK) != 0) paths_.push_back(path);
    }
    ~Traces() {
        for (auto const& path : paths_) ::unlink(path.c_str());
    }

private:
    std::vector<std::string> paths_;
};

} // namespace

CheckResult check_folder(std::string const& folder, std::function<void(std::string const&)> const& told) {
    auto path = database_of(folder);
    check_files(folder);
    if (is_new_installation(folder))
        throw base::Error(base::Kind::not_found, "There is no installation in " + folder + ".");
    CheckLock lock(folder); // outlives `traces`: a server that starts now would lose its files to it
    check_database_file(folder);
    Traces traces(path);
    auto session = open_sqlite(path, Use::read);
    check_database(*session, folder, base::KeyRing(load_keys(folder)));
    told("files: in order");
    return check_everything(*session, Parts::whole, told, {});
}

} // namespace stepwell::store
