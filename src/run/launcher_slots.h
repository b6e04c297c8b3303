// Accounts without a name, one for each running script. The holder of a slot's lock has its account for itself: the
// shim for as long as it lives, then whoever cleans the slot. So no launcher needs to remember. The lock's file also
// records whether the slot is clean: nothing of its last script runs or is left.
#pragma once
#include "base/files.h"

#include <chrono>
#include <vector>

namespace stepwell::run {

class LauncherSlots {
public:
    // Locks lie in `folder`, which is made; all launchers of a machine share it. This one is called `name`.
    LauncherSlots(std::string const& folder, std::string const& name, uid_t first_uid, unsigned count);

    struct Slot {
        base::Fd lock;
        uid_t uid = 0; // 0: no slot
        bool cleaned_by_other = false; // another launcher, which does not see what this one keeps for the slot
    };
    // Returns a free, clean slot, from now on not clean. Free ones that must be cleaned first are added to `unclean`.
    Slot take(std::vector<Slot>& unclean) const;
    // Returns the slot of an account if it becomes free in time.
    Slot take_unclean(uid_t uid, std::chrono::milliseconds limit) const;
    // Returns all free slots that are not clean.
    std::vector<Slot> take_all_unclean() const;
    void set_clean(Slot const& slot, bool clean) const;
    // Descriptor of the folder of locks.
    int folder() const { return folder_.get(); }
    bool has(uid_t uid) const { return uid >= first_ && uid < first_ + count_; }

private:
    Slot lock(uid_t uid) const;
    bool is_clean(Slot& slot) const;

    base::Fd folder_;
    std::string boot_id_, name_; // of a machine that has restarted since, nobody knows
    uid_t first_;
    unsigned count_;
};

} // namespace stepwell::run
