// The checks of a start before it changes anything in DATA. Their duration does not depend on the size of the database.
// The check of every page follows when the server is ready (full_check.h).
//
// All functions throw Error{internal} with a description of the fault and instructions.
#pragma once
#include "base/key_ring.h"
#include "store/session.h"

#include <string>

namespace stepwell::store {

std::string database_of(std::string const& folder);

// Returns true if the folder contains no installation yet, so that the caller must create one. This includes an empty
// or incomplete database whose creation was interrupted. Throws if parts of an existing installation are missing.
bool is_new_installation(std::string const& folder);

// Checks the header and size of the database, and that the write-ahead log contains the last commit. Returns the number
// of frames in the log.
std::int64_t check_database_file(std::string const& folder);

// Checks that this program supports the schema, that the key belongs to the database, and that the last event exists.
void check_database(Session& session, std::string const& folder, base::KeyRing const& key);

} // namespace stepwell::store
