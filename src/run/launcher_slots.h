// Unnamed accounts, one per running script. The holder of a slot's lock has exclusive use of its account: first the
// shim, then the process that cleans the slot. So the launcher keeps no state. The lock's file also records whether the
// slot is clean, that is, without processes or files of its last script.
#pragma once
#include "base/files.h"

#include <chrono>
#include <vector>

namespace stepwell::run {

class LauncherSlots {
public:
    // Locks are files in `folder`, which is created if missing and shared by all launchers of a machine. `name` is the
    // name of this launcher.
    LauncherSlots(std::string const& folder, std::string const& name, uid_t first_uid, unsigned count);

    struct Slot {
        base::Fd lock;
        uid_t uid = 0;                 // 0 means no slot
        bool cleaned_by_other = false; // by another launcher, which does not see this launcher's files for the slot
    };
    // Takes a free, clean slot and marks it as not clean. Adds the free slots that must be cleaned first to `unclean`.
    Slot take(std::vector<Slot>& unclean) const;
    // Takes the slot of an account. Returns an empty Slot if it is not free within `limit`.
    Slot take_unclean(uid_t uid, std::chrono::milliseconds limit) const;
    // Takes all free slots that are not clean.
    std::vector<Slot> take_all_unclean() const;
    void set_clean(Slot const& slot, bool clean) const;
    // Returns the descriptor of the folder of locks.
    int folder() const { return folder_.get(); }
    bool has(uid_t uid) const { return uid >= first_ && uid < first_ + count_; }

private:
    Slot lock(uid_t uid) const;
    bool is_clean(Slot& slot) const;

    base::Fd folder_;
    std::string boot_id_, name_; // after a machine restart, the last users of the slots are unknown
    uid_t first_;
    unsigned count_;
};

} // namespace stepwell::run
