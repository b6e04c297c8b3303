#pragma once
#include "store/session.h"

#include <memory>

namespace stepwell::store {

enum class Use { write, read };

// What a connection reports beside its answers, on the thread that uses it.
struct Notices {
    std::function<void()> on_damage;                      // a page does not hold what was written there
    std::function<void(std::int64_t frames)> on_commit; // frames in the write-ahead log after it
};

// A connection to the SQLite file `path`. Exactly one may write, and it alone checkpoints: Debian's 3.40 corrupts the
// log when two do. Readers must be closed before the writer; they leave log and database as they are.
std::unique_ptr<Session> open_sqlite(std::string const& path, Use use, Notices notices = {});

} // namespace stepwell::store
