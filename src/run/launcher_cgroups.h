// A cgroup (v2) for each attempt, below the one this process is in.
#pragma once
#include "base/files.h"
#include "run/contract.h"

namespace stepwell::run {

class LauncherCgroups {
public:
    // Without `wanted`, or where the machine has none to give, all below does nothing.
    explicit LauncherCgroups(bool wanted);

    // `owner` may end all in it at once.
    base::Fd make(Ticket const& ticket, uid_t owner) const;
    // -1 inside when there is none.
    base::Fd find(Ticket const& ticket) const;
    void remove(Ticket const& ticket) const;
    // Descriptor of the folder that the cgroups are made in; -1 if there is none.
    int folder() const { return folder_.get(); }
    bool available() const { return bool(folder_); }

private:
    base::Fd folder_;
};

} // namespace stepwell::run
