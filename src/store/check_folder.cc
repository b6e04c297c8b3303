#include "store/check_folder.h"

#include "base/error.h"
#include "store/migrations.h"
#include "store/sqlite/damage.h"
#include "store/sqlite/offline_database.h"

#include <fmt/format.h>

namespace stepwell::store {

namespace {

CheckResult check_offline(std::string const& folder, std::function<void(std::string const&)> const& told) {
    OfflineDatabase database(folder, Use::read);
    if (auto const number = database.session().schema_number(); number != schema_version())
        throw base::Error(
            base::Kind::conflict,
            fmt::format("The database in {} has schema {}, but this program checks schema {}. Start the server or run "
                        "'stepwell migrate up' (both copy the database first), then check again.",
                        folder, number, schema_version()));
    told("files: ok");
    return check_everything(database.session(), Parts::whole, told, {});
}

} // namespace

CheckResult check_folder(std::string const& folder, std::function<void(std::string const&)> const& told) {
    try {
        return check_offline(folder, told);
    } catch (DamageError const& error) { // found when the database was opened
        told("fault: " + error.message());
        CheckResult result;
        result.faults.push_back(error.message());
        return result;
    }
}

} // namespace stepwell::store
