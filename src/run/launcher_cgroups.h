// A cgroup (v2) per attempt, below the cgroup of this process.
#pragma once
#include "base/files.h"
#include "run/contract.h"

namespace stepwell::run {

class LauncherCgroups {
public:
    // If `wanted` is false or the machine has no usable cgroups, the functions below do nothing.
    explicit LauncherCgroups(bool wanted);

    // `owner` may kill all its members with one write.
    base::Fd make(Ticket const& ticket, uid_t owner) const;
    // Returns an empty Fd if there is none.
    base::Fd find(Ticket const& ticket) const;
    void remove(Ticket const& ticket) const;
    // Returns the descriptor of the folder that contains the cgroups; -1 if there is none.
    int folder() const { return folder_.get(); }
    bool available() const { return bool(folder_); }

private:
    base::Fd folder_;
};

} // namespace stepwell::run
