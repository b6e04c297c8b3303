// The folder in which a script runs: in memory if possible, accessible only to the script's account, removed at the
// end. Compiles without exceptions. Allocates memory only to read a folder.
#pragma once
#include <string_view>
#include <sys/types.h>

namespace stepwell::run {

// Returns true if the folder is on a file system that never writes to a disk.
bool is_in_memory(int folder);

// Creates `parent`/`name` (0700) with the files of a ShimOrder's list, owned by uid and gid unless they are -1. Returns
// the open folder; on failure returns -1 with errno and leaves nothing. The folder is in use while it is open. An
// existing folder of that name is replaced if it is not in use; otherwise waits up to 2 s for it.
int create_script_folder(int parent, char const* name, std::string_view files, uid_t uid, gid_t gid);

// Removes `parent`/`name` recursively. Follows no link and does not enter other file systems. Returns true if the
// folder is gone, also if it did not exist; false if something is left. Ends after max_removal_steps entries, because
// other processes may create files as fast as this removes them; a large file equals many entries.
constexpr unsigned max_removal_steps = 1u << 18; // a few seconds
bool remove_folder(int parent, char const* name);

// Like remove_folder(), but removes only the contents.
bool empty_folder(int parent, char const* name);

// Like the above, but stop after `steps` entries. Return `unfinished` if more can be removed.
enum class Removal { done, unfinished, failed };
Removal remove_some(int parent, char const* name, unsigned steps);
Removal empty_some(int parent, char const* name, unsigned steps);

} // namespace stepwell::run
