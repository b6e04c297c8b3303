// The folder a script runs in: in memory where there is memory to lie in, only for the script's account, gone at the
// end. Compiles without exceptions and allocates nothing but what reading a folder takes.
#pragma once
#include <string_view>
#include <sys/types.h>

namespace stepwell::run {

// True for a folder whose files never reach a disk.
bool is_in_memory(int folder);

// Makes `parent`/`name` (0700) with the files of a ShimOrder's list, all owned by uid and gid where they are not -1.
// Returns the open folder; -1 with errno when it cannot be; nothing is left then. As long as it is open, it is in use;
// one of that name that is not in use is replaced, one that is, is waited for (2 s).
int create_script_folder(int parent, char const* name, std::string_view files, uid_t uid, gid_t gid);

// Removes `parent`/`name` with all below it, however deep, following no link and leaving no other filesystem's files;
// false when something is left. True if there is no such folder. Ends after max_removal_steps entries, where a large
// file counts as many: others may make files as fast as this removes them.
constexpr unsigned max_removal_steps = 1u << 18; // some seconds
bool remove_folder(int parent, char const* name);

// The same for all that is in it.
bool empty_folder(int parent, char const* name);

// Like these, but each ends after `steps` entries; `unfinished` if it could go on.
enum class Removal { done, unfinished, failed };
Removal remove_some(int parent, char const* name, unsigned steps);
Removal empty_some(int parent, char const* name, unsigned steps);

} // namespace stepwell::run
