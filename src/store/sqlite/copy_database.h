// The copy of the database that is made before its tables change.
#pragma once
#include "store/session.h"

namespace stepwell::store {

// DATA/stepwell.db.schema-N: the database as it was at schema `number`.
std::string copy_path(std::string const& folder, std::int64_t number);

// Makes this copy, durably, and replaces an earlier one of the same number. Takes about as much room as the database.
// Throws Error{unavailable}, with what to do, if the disk is full; nothing is left of the copy then.
void copy_database(Session& session, std::string const& folder, std::int64_t number);

} // namespace stepwell::store
