// Folders of this account where other accounts may create folders, too, such as /dev/shm and /tmp.
#pragma once
#include "base/files.h"

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace stepwell::run {

struct OwnFolder {
    std::string path;
    base::Fd folder;
};

// Opens or creates `parent`/`name`, owned by this account and with exactly `mode`. If another account has that name,
// the folder gets one that cannot be foreseen, `name`.XXXXXX, and keeps it for later calls. Returns nullopt if the
// parent takes no folder.
std::optional<OwnFolder> own_folder(std::string const& parent, std::string const& name, mode_t mode);

// Returns the names in `folder` that begin with `prefix`, sorted.
std::vector<std::string> names_with_prefix(int folder, std::string_view prefix);

} // namespace stepwell::run
