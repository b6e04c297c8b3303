// Files that others may have replaced by something else: a link, or a pipe, which blocks the process that opens it.
#pragma once
#include "base/files.h"

#include <sys/types.h>

namespace stepwell::base {

// What has a mode of this type, such as "a named pipe".
char const* kind_of_file(mode_t mode);
// Throws Error{invalid} with what `path` is and what to do.
[[noreturn]] void refuse_kind_of_file(std::string const& path, mode_t mode);

// Opens a regular file, `flags` and `mode` as open(2). Follows no link and waits for nothing. Returns none if there is
// no such file and `flags` do not create it. Throws Error{invalid} if it is anything else than a regular file.
Fd open_regular_file(std::string const& path, int flags, mode_t mode = 0600);
// Returns the file's first `most` bytes, or nothing if there is no such file. Refuses what open_regular_file refuses.
std::optional<std::string> read_small_file(std::string const& path, std::size_t most);

} // namespace stepwell::base
