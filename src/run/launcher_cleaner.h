// Clearing up after a script whose supervisor has ended. How long that takes is for scripts to decide, which may leave
// a million files or a storm of processes: so it happens in processes of its own, and the launcher waits for none.
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
        std::string runtime; // folder of the scripts' folders
        std::string name;    // of the folders above the private ones
        uid_t cleaner_uid = 0;
        bool use_namespaces = true;
    };
    // All must outlive this.
    LauncherCleaner(Setting setting, LauncherSlots const& slots, LauncherCgroups const& cgroups);

    // What a script in a slot is to have for itself; empty where the kernel does not allow it. Then what it left is
    // removed by its owner.
    // Makes what is missing of them for the slot `uid`. Throws Error if that fails.
    std::vector<PrivateFolder> private_folders(uid_t uid);

    // Tickets of which something is left here.
    std::vector<Ticket> find_left_behind() const;
    bool has_left(Ticket const& ticket) const;
    // 0 if the ticket's script has no folder, or runs in a named account.
    uid_t slot_of(Ticket const& ticket) const;

    // Cleans if that takes hardly any time, after a script of which nothing runs any more. Returns false if more is to
    // be done.
    bool clean_briefly(Ticket const& ticket);
    // The same for the private folders of a slot alone.
    bool empty_private_briefly(uid_t uid) const;
    // Starts a child that cleans and returns 0 when it is done. It waits for the supervisor, which has the ticket's
    // folder locked. After a result (or if `orderly`) what lives in a named account may live on.
    pid_t clean(Ticket const& ticket, base::Fd ticket_folder, bool orderly);
    // The same for slots of which nobody knows who had them.
    pid_t clean(std::vector<LauncherSlots::Slot> slots);
    // Removes the folders that scripts lie in, if they are empty.
    void remove_own_folders();

private:
    struct Shared {
        char const* path;
        OwnFolder above;
    };

    // The child has only the descriptors that all cleaning needs and those in `kept`: any other, such as a start's
    // sockets and locks, it would hold open for as long as it cleans.
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

// True for what a ticket is called.
bool is_ticket(std::string_view name);

} // namespace stepwell::run
