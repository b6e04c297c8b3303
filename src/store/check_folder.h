// The check of an installation whose server does not run.
#pragma once
#include "store/full_check.h"

namespace stepwell::store {

// Does what a start does before it writes (quick_check.h), then checks all that is stored, and leaves the folder as it
// is. Holds the folder's lock, so no server starts meanwhile. Throws Error that says what keeps a start from
// succeeding, Error{not_found} if there is no installation, or Error{conflict} if another process holds the lock.
CheckResult check_folder(std::string const& folder, std::function<void(std::string const& line)> const& told);

} // namespace stepwell::store
