// The check of an installation whose server does not run.
#pragma once
#include "store/sqlite/full_check.h"

namespace stepwell::store {

// Checks all that is stored, and leaves the folder as it is. Throws as OfflineDatabase does (offline_database.h).
CheckResult check_folder(std::string const& folder, std::function<void(std::string const& line)> const& told);

} // namespace stepwell::store
