// What a start looks at before it changes anything in DATA. It takes the same time whatever the size of the database:
// checks of every page follow when the server is ready (full_check.h).
//
// All throw Error{internal} that says in plain words what is wrong and what to do.
#pragma once
#include "base/key_ring.h"
#include "store/session.h"

#include <string>

namespace stepwell::store {

std::string database_of(std::string const& folder);

// Returns true if the folder holds no installation yet: then the caller creates one. An empty or half-made database is
// one whose creation was interrupted, unless something else shows that there was more. Throws if what belongs together
// is not all there.
bool is_new_installation(std::string const& folder);

// Checks the header of the database, its size, and that the write-ahead log holds the last commit. Returns the number
// of frames in that log.
std::int64_t check_database_file(std::string const& folder);

// Checks that this program knows the tables, that the key is the one of the database, and that the last event is there.
void check_database(Session& session, std::string const& folder, base::KeyRing const& key);

} // namespace stepwell::store
