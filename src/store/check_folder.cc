#include "store/check_folder.h"

#include "store/offline_database.h"

namespace stepwell::store {

CheckResult check_folder(std::string const& folder, std::function<void(std::string const&)> const& told) {
    OfflineDatabase database(folder, Use::read);
    told("files: in order");
    return check_everything(database.session(), Parts::whole, told, {});
}

} // namespace stepwell::store
