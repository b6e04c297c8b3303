// Ownership and permissions of the data folder (DATA).
#pragma once
#include "base/files.h"

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace stepwell::store {

// Creates the folder if it is missing, accessible only to this account.
void make_folder(std::string const& folder);

// Returns the target of `folder` if it is a symbolic link; otherwise `folder`. A start resolves the link once, so that
// a later change of the link has no effect on it. Throws Error{invalid} if the link is not owned by one of `owners` or
// does not lead to a folder.
std::string resolve_link(std::string const& folder, std::vector<uid_t> const& owners);

// Throws Error{invalid}, with instructions, if the folder is not owned by one of `owners`. The first of them is the
// server's account.
void check_owner(std::string const& folder, std::vector<uid_t> const& owners);

// Throws Error{invalid} if the folder is the root of the file system, or is not empty and contains no installation. A
// start restricts the folder to the server's account, which would make other contents inaccessible.
void check_purpose(std::string const& folder);

// Returns true if the server uses this name directly in its folder.
bool is_own_name(std::string_view name);

// Throws Error{invalid} if the name of a file, folder or socket of the server is taken by another file type, for
// example a link, or a named pipe, which would block the start.
void check_files(std::string const& folder);

// Takes the lock that a server holds while it runs. Creates the lock file if missing. Throws Error{conflict} if another
// process holds it; otherwise throws like check_files().
base::Fd lock_folder(std::string const& folder);

// Restricts the folder, and the entries directly in it or in its former-keys, to the owner. Logs each changed mode.
// Does not follow links below the folder. Skips tickets, which shims own.
//
// Throws Error{invalid} if an entry is not owned by one of `owners`, if a link has the name of a server file, or if the
// mode of the folder itself cannot be changed.
void close_folder(std::string const& folder, std::vector<uid_t> const& owners);

} // namespace stepwell::store
