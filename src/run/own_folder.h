// This account's folders in places where other accounts can create folders too, such as /dev/shm and /tmp.
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

// Opens or creates `parent`/`name`, owned by this account and with exactly `mode`. If another account has taken the
// name, uses an unpredictable name `name`.XXXXXX, which later calls find again. Returns nullopt if the folder cannot be
// created.
std::optional<OwnFolder> own_folder(std::string const& parent, std::string const& name, mode_t mode);

// Returns the names in `folder` that start with `prefix`, sorted.
std::vector<std::string> names_with_prefix(int folder, std::string_view prefix);

} // namespace stepwell::run
