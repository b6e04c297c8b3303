// Starts shims and cleans up after them: either in this process or through the launcher.
#pragma once
#include "run/shim_launch.h"

namespace stepwell::run {

class ShimStarter {
public:
    struct Start {
        Ticket ticket;
        std::string account;               // see Order
        int folder, order, values, server; // descriptors, owned by the caller
    };
    enum class Answer { started, busy }; // busy: no free slot, or the launcher is unavailable; try again

    virtual ~ShimStarter() = default;
    // Throws SystemError if the machine does not permit the start, another Error if the order is refused. Thread-safe.
    virtual Answer start(Start const& start, pid_t& own_child) = 0;
    // Returns why no script can be started at present; empty if scripts can. Blocks for up to `limit`. Thread-safe.
    virtual std::string probe(std::chrono::milliseconds /*limit*/) const { return {}; }
    // Ends the processes that a lost supervisor left. Returns true if none is left.
    virtual bool end_lost(Ticket const& ticket) = 0;
    // Removes what a ticket left outside its folder.
    virtual void clear(Ticket const& ticket) = 0;
};

// Runs everything as this account, so scripts can do whatever the server can. Used only if the operator has requested
// it.
class SameUserStarter final : public ShimStarter {
public:
    // `cgroup_parent`: folder of a cgroup (v2) in which this account may create others; empty: none.
    // `descriptors`: see ShimLaunch.
    SameUserStarter(std::string const& program, std::string cgroup_parent, std::size_t descriptors);

    Answer start(Start const& start, pid_t& own_child) override;
    bool end_lost(Ticket const& ticket) override;
    void clear(Ticket const& ticket) override;

private:
    base::Fd cgroup_of(Ticket const& ticket) const;

    base::Fd program_;
    std::string runtime_;
    std::vector<std::string> environment_;
    std::string cgroup_parent_;
    std::size_t descriptors_;
};

} // namespace stepwell::run
