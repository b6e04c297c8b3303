// Accounts without a name, one for each running script. Who holds the lock of a slot has its account for itself: the
// shim, as long as it lives, so that no launcher needs to remember.
#pragma once
#include "base/files.h"

#include <vector>

namespace stepwell::run {

class LauncherSlots {
public:
    // Locks lie in `folder`, which is made; all launchers of a machine share it.
    LauncherSlots(std::string const& folder, uid_t first_uid, unsigned count);

    struct Slot {
        base::Fd lock;
        uid_t uid = 0; // 0: none was free
    };
    // A free one in which nothing of anybody runs.
    Slot take();
    // Ends everything that runs in the account; false, and nothing, when a living shim holds its slot.
    bool clear(uid_t uid);
    // The same when it is known that nothing runs there.
    void trust(uid_t uid);
    bool has(uid_t uid) const { return uid >= first_ && uid < first_ + clean_.size(); }

private:
    base::Fd lock(std::size_t number);

    base::Fd folder_;
    uid_t first_;
    std::vector<bool> clean_; // known to be without processes
};

} // namespace stepwell::run
