#include "store/migrate_folder.h"

#include "store/sqlite/copy_database.h"
#include "store/sqlite/offline_database.h"
#include "store/tables.h"

namespace stepwell::store {

SchemaState upgrade(Session& session, std::string const& folder) {
    auto state = read_schema_state(session);
    if (has_tables(session) && !state.is_current()) copy_database(session, folder, state.number);
    migrate(session);
    return state;
}

SchemaState inspect_folder(std::string const& folder) {
    return read_schema_state(OfflineDatabase(folder, Use::read).session());
}

SchemaState migrate_folder(std::string const& folder, Trial trial) {
    OfflineDatabase database(folder, Use::write);
    if (trial == Trial::no) return upgrade(database.session(), folder);
    auto state = read_schema_state(database.session());
    migrate(database.session(), trial);
    return state;
}

} // namespace stepwell::store
