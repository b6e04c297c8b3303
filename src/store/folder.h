// DATA as a folder: which accounts own and reach what is in it.
#pragma once
#include "base/files.h"

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace stepwell::store {

// Makes the folder if it is missing, for this account alone.
void make_folder(std::string const& folder);

// The folder that `folder` leads to, if it is a symbolic link; else `folder`. A start follows it once, so that a link
// which is changed meanwhile leads it nowhere else. Throws Error{invalid} if the link belongs to an account that is not
// one of `owners`, or leads to no folder.
std::string resolve_link(std::string const& folder, std::vector<uid_t> const& owners);

// Throws Error{invalid}, with what to do, if the folder does not belong to one of `owners`. The first of them is the
// server's account.
void check_owner(std::string const& folder, std::vector<uid_t> const& owners);

// Throws Error{invalid} if the folder is the root of the file system, or holds something and no installation: a start
// leaves what is in its folder to the server's account alone.
void check_purpose(std::string const& folder);

// Returns true for a name that the server gives to what is directly in its folder.
bool is_own_name(std::string_view name);

// Throws Error{invalid} if something of another type has the name of a file, folder or socket of the server: a named
// pipe, for example, which would block the start, or a link.
void check_files(std::string const& folder);

// Takes the lock of the folder, which a server holds as long as it runs. Creates its file if it is missing. Throws
// Error{conflict} if another process has the lock, and what check_files throws.
base::Fd lock_folder(std::string const& folder);

// Leaves the folder, and what is directly in it or in its former-keys, to the owner alone, and logs each mode that it
// changed. Follows no link below the folder. Tickets are left to the shims that own them.
//
// Throws Error{invalid} if something belongs to an account that is not one of `owners`, if a link has the name of a
// file of the server, or if the folder itself cannot be closed.
void close_folder(std::string const& folder, std::vector<uid_t> const& owners);

} // namespace stepwell::store
