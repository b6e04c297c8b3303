// The database of a stopped server, opened for one command.
#pragma once
#include "base/files.h"
#include "store/sqlite/sqlite.h"

#include <string>
#include <vector>

namespace stepwell::store {

class OfflineDatabase {
public:
    // Makes the same checks as a start (quick_check.h) and holds the folder's lock, so that no server can start. With
    // Use::read, does not change the folder. Throws Error with the reason why a start would fail, Error{not_found} if
    // there is no installation, Error{conflict} if another process holds the lock.
    OfflineDatabase(std::string const& folder, Use use);
    ~OfflineDatabase();
    OfflineDatabase(OfflineDatabase const&) = delete;
    OfflineDatabase& operator=(OfflineDatabase const&) = delete;

    Session& session() { return *session_; }

private:
    base::Fd lock_; // outlives the files below: a server that starts earlier would lose its own files to their removal
    std::vector<std::string> made_here_;
    std::unique_ptr<Session> session_;
};

} // namespace stepwell::store
