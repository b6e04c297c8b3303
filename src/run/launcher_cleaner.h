// Cleaning after a script whose supervisor has ended. A script can leave a million files or many forking processes, so
// cleaning may take long. It runs in child processes, and the launcher does not wait for them.
#pragma once
#include "run/launcher_cgroups.h"
#include "run/launcher_slots.h"
#include "run/own_folder.h"
#include "run/shim_account.h"

#include <functional>

namespace stepwell::run {

class LauncherCleaner {
public:
    struct Setting {
        std::string runtime; // parent folder of the scripts' folders
        std::string name;    // of the parents of the private folders
        uid_t cleaner_uid = 0;
        bool use_namespaces = true;
    };
    // All arguments must outlive this object.
    LauncherCleaner(Setting setting, LauncherSlots const& slots, LauncherCgroups const& cgroups);

    // Returns the private folders of the slot `uid` and creates those that are missing. Empty if the kernel does not
    // allow private folders; leftovers are then removed by owner. Throws Error if creation fails.
    std::vector<PrivateFolder> private_folders(uid_t uid);

    // Returns tickets that have leftovers on this machine.
    std::vector<Ticket> find_left_behind() const;
    bool has_left(Ticket const& ticket) const;
    // Returns 0 if the ticket's script has no folder or runs in a named account.
    uid_t slot_of(Ticket const& ticket) const;

    // Cleans after a script without running processes, if that is quick. Returns false if work is left.
    bool clean_briefly(Ticket const& ticket);
    // Like clean_briefly(), for the private folders of a slot only.
    bool empty_private_briefly(uid_t uid) const;
    // Starts a child process that cleans and exits with 0 when done. It waits for the supervisor, which holds the lock
    // of the ticket's folder. If there is a result, or with `orderly`, processes in a named account may continue.
    pid_t clean(Ticket const& ticket, base::Fd ticket_folder, bool orderly);
    // Like the above, for slots whose last user is unknown.
    pid_t clean(std::vector<LauncherSlots::Slot> slots);
    // Removes the parent folders of scripts if they are empty.
    void remove_own_folders();

private:
    struct Shared {
        char const* path;
        OwnFolder above;
    };

    // The child keeps only the descriptors that all cleaning needs and those in `kept`. It would otherwise hold others,
    // such as sockets and locks of a start, open while it cleans.
    pid_t in_child(std::function<bool()> const& act, std::vector<int> kept = {}) const;
    bool try_private() const;
    std::vector<PrivateFolder> private_of_all() const;
    bool clean_ticket(Ticket const& ticket, base::Fd const& ticket_folder, bool orderly) const;
    bool end_tree(Ticket const& ticket) const;
    bool empty_private(uid_t uid) const;

    Setting const setting_;
    LauncherSlots const& slots_;
    LauncherCgroups const& cgroups_;
    base::Fd runtime_;
    std::vector<Shared> shared_;
    bool isolated_ = false;
};

// Returns true if `name` has the form of a ticket.
bool is_ticket(std::string_view name);

} // namespace stepwell::run
