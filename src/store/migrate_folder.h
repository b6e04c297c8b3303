// Migrating a database, with a copy made first.
#pragma once
#include "store/migrations.h"

#include <string>

namespace stepwell::store {

// Copies the database (copy_database.h) if existing tables will change, and migrates it. Returns its state before the
// migration.
SchemaState upgrade(Session& session, std::string const& folder);

// Returns the schema state of the installation in `folder`, whose server is stopped. Throws like OfflineDatabase.
SchemaState inspect_folder(std::string const& folder);
// Migrates the database in `folder`. With Trial::yes, makes no copy, tries the migration on the database itself and
// rolls it back. Throws like OfflineDatabase.
SchemaState migrate_folder(std::string const& folder, Trial trial);

} // namespace stepwell::store
