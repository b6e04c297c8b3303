// Who starts shims and clears up after them: this process itself, or the launcher for it.
#pragma once
#include "run/shim_launch.h"

namespace stepwell::run {

class ShimStarter {
public:
    struct Start {
        Ticket ticket;
        std::string account;               // see Order
        int folder, order, values, server; // descriptors, the caller's
    };
    enum class Answer { started, busy }; // busy: every slot is taken, or the launcher is away; try again

    virtual ~ShimStarter() = default;
    // Throws SystemError when the machine would not let it, another Error when it will not start. From any thread.
    virtual Answer start(Start const& start, pid_t& own_child) = 0;
    // Returns why nothing can be started at present; empty if something can. Waits up to `limit` for an answer.
    // Thread-safe.
    virtual std::string probe(std::chrono::milliseconds /*limit*/) const { return {}; }
    // Ends what a lost supervisor left behind; true when nothing of it runs any more.
    virtual bool end_lost(Ticket const& ticket) = 0;
    // Removes what a ticket left outside its folder.
    virtual void clear(Ticket const& ticket) = 0;
};

// All of it as this account. Scripts can do what the server can: only for those who said so.
class SameUserStarter final : public ShimStarter {
public:
    // `cgroup_parent`: folder of a cgroup (v2) where this account may make others; empty: none.
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
