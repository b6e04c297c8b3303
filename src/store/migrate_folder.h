// Migrations of a database, with a copy before them.
#pragma once
#include "store/migrations.h"

#include <string>

namespace stepwell::store {

// Copies the database (copy_database.h) if it has tables that will change, and migrates it. Returns what it was behind.
SchemaState upgrade(Session& session, std::string const& folder);

// What the installation in `folder`, whose server does not run, is behind this program. Throws as OfflineDatabase does.
SchemaState inspect_folder(std::string const& folder);
// Upgrades it. With Trial::yes it makes no copy, tries the migration on the database itself and undoes it. Throws as
// OfflineDatabase does.
SchemaState migrate_folder(std::string const& folder, Trial trial);

} // namespace stepwell::store
