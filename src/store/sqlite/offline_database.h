// The database of an installation whose server does not run, opened for one command.
#pragma once
#include "base/files.h"
#include "store/sqlite/sqlite.h"

#include <string>
#include <vector>

namespace stepwell::store {

class OfflineDatabase {
public:
    // Does what a start does before it writes (quick_check.h), and holds the folder's lock, so that no server starts
    // meanwhile. Opened to be read, the folder is left as it is. Throws Error that says what keeps a start from
    // succeeding, Error{not_found} if there is no installation, or Error{conflict} if another process holds the lock.
    OfflineDatabase(std::string const& folder, Use use);
    ~OfflineDatabase();
    OfflineDatabase(OfflineDatabase const&) = delete;
    OfflineDatabase& operator=(OfflineDatabase const&) = delete;

    Session& session() { return *session_; }

private:
    base::Fd lock_; // outlives the files: a server that starts now would lose its own to their removal
    std::vector<std::string> made_here_;
    std::unique_ptr<Session> session_;
};

} // namespace stepwell::store
