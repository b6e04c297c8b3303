// Safe access to files that another process may have replaced by a link or by a pipe, which would block open(2).
#pragma once
#include "base/files.h"

#include <sys/types.h>

namespace stepwell::base {

// Returns the file type of a mode as a phrase, such as "a named pipe".
char const* kind_of_file(mode_t mode);
// Throws Error{invalid} with the file type of `path` and what to do about it.
[[noreturn]] void refuse_kind_of_file(std::string const& path, mode_t mode);

// Opens a regular file; `flags` and `mode` are those of open(2). Does not follow a link and does not block. Returns an
// empty Fd if the file does not exist and `flags` do not create it. Throws Error{invalid} if it is not a regular file.
Fd open_regular_file(std::string const& path, int flags, mode_t mode = 0600);
// Returns the first `most` bytes of a file; nullopt if it does not exist. Throws like open_regular_file().
std::optional<std::string> read_small_file(std::string const& path, std::size_t most);

} // namespace stepwell::base
