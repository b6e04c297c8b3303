#pragma once
#include "store/session.h"

#include <cstdint>
#include <memory>

namespace stepwell::store {

enum class Use { write, read };

// Callbacks of a connection, called on the thread that uses it.
struct Notices {
    std::function<void()> on_damage;                    // a page is damaged
    std::function<void(std::int64_t frames)> on_commit; // frames in the write-ahead log after a commit
};

// Opens the SQLite file `path`. Only one connection may write, and only it makes checkpoints: with two, SQLite 3.40
// (Debian) corrupts the log. Close readers before the writer; they leave log and database unchanged.
std::unique_ptr<Session> open_sqlite(std::string const& path, Use use, Notices notices = {});

// Returns the number of pages, including those still in the log.
std::int64_t count_pages(Session& session);
// Moves the log into the database as far as readers permit. Returns true if all of it was moved. Call on the session
// that writes.
bool checkpoint(Session& session);

} // namespace stepwell::store
