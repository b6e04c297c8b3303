// The check of an installation whose server is stopped.
#pragma once
#include "store/sqlite/full_check.h"

namespace stepwell::store {

// Checks everything in the database without changing the folder. Calls `told` with each line of progress. Throws like
// OfflineDatabase (offline_database.h), except for damage, which is a fault.
CheckResult check_folder(std::string const& folder, std::function<void(std::string const& line)> const& told);

} // namespace stepwell::store
