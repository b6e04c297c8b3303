#pragma once
#include "store/session.h"

#include <cstdint>
#include <memory>

namespace stepwell::store {

enum class Use { write, read };

// What a connection reports beside its answers, on the thread that uses it.
struct Notices {
    std::function<void()> on_damage;                    // a page does not hold what was written there
    std::function<void(std::int64_t frames)> on_commit; // frames in the write-ahead log after it
};

// A connection to the SQLite file `path`. Exactly one may write, and it alone checkpoints: Debian's 3.40 corrupts the
// log when two do. Readers must be closed before the writer; they leave log and database as they are.
std::unique_ptr<Session> open_sqlite(std::string const& path, Use use, Notices notices = {});

// Pages of the database, with those that are still in its log.
std::int64_t count_pages(Session& session);
// Moves the log into the database as far as readers permit. Returns true if that is all of it. Of the session that
// writes.
bool checkpoint(Session& session);

} // namespace stepwell::store
