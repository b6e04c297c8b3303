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
    if (is_new_installation(folder))
        throw base::Error(base::Kind::not_found, "There is no installation in " + folder + ".");
    base::Fd lock;
    if (::access((folder + "/lock").c_str(), F_OK) == 0) lock = lock_folder(folder, 0);
    check_database_file(folder);
    Traces traces(path);
    auto session = open_sqlite(path, Use::read);
    check_database(*session, folder, base::KeyRing(load_keys(folder)));
    told("files: in order");
    return check_everything(*session, Parts::whole, told, {});
}

} // namespace stepwell::store
