// The copy of the database made before a migration.
#pragma once
#include "store/session.h"

namespace stepwell::store {

// Returns DATA/stepwell.db.schema-N, the path of the copy of a database at schema `number`.
std::string copy_path(std::string const& folder, std::int64_t number);

// Makes the copy durably and replaces an earlier one with the same number. Needs about as much space as the database.
// Throws Error{unavailable}, with instructions, if the disk is full; no partial copy remains.
void copy_database(Session& session, std::string const& folder, std::int64_t number);

} // namespace stepwell::store
