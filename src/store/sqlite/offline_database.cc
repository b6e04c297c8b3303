#include "store/sqlite/offline_database.h"

#include "base/error.h"
#include "store/folder.h"
#include "store/key_files.h"
#include "store/sqlite/quick_check.h"
#include "store/sqlite/write_ahead_log.h"

#include <unistd.h>

namespace stepwell::store {

namespace {

// Returns the paths that do not exist.
std::vector<std::string> missing_of(std::vector<std::string> paths) {
    std::erase_if(paths, [](std::string const& path) { return ::access(path.c_str(), F_OK) == 0; });
    return paths;
}

} // namespace

OfflineDatabase::OfflineDatabase(std::string const& folder, Use use) {
    auto path = database_of(folder);
    check_files(folder);
    if (is_new_installation(folder))
        throw base::Error(base::Kind::not_found, "There is no installation in " + folder + ".");
    // A restored backup has no lock file. Reading makes SQLite create the other two files; a writer removes them.
    auto lock = missing_of({folder + "/lock"});
    lock_ = lock_folder(folder);
    made_here_ = std::move(lock);
    try {
        check_database_file(folder);
        if (use == Use::read)
            for (auto& each : missing_of({log_path(path), path + "-shm"})) made_here_.push_back(std::move(each));
        auto reader = open_sqlite(path, Use::read);
        check_database(*reader, folder, base::KeyRing(load_keys(folder)));
        session_ = use == Use::read ? std::move(reader) : open_sqlite(path, use);
    } catch (...) {
        for (auto const& each : made_here_) ::unlink(each.c_str());
        throw;
    }
}

OfflineDatabase::~OfflineDatabase() {
    session_.reset();
    for (auto const& path : made_here_) ::unlink(path.c_str());
}

} // namespace stepwell::store
