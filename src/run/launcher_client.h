// The server's end of the launcher's socket.
#pragma once
#include "base/sync.h"
#include "run/launcher_protocol.h"
#include "run/shim_starter.h"

#include <atomic>
#include <chrono>

namespace stepwell::run {

class LauncherClient final : public ShimStarter {
public:
    explicit LauncherClient(std::string path) : path_(std::move(path)) {}

    Answer start(Start const& start, pid_t& own_child) override;
    bool end_lost(Ticket const& ticket) override;
    void clear(Ticket const& ticket) override;
    std::string probe(std::chrono::milliseconds limit) const override;
    // Returns the launcher's build; nullopt if it does not answer in time.
    std::optional<std::string> build(std::chrono::milliseconds limit = std::chrono::seconds(1)) const;
    // Returns the process id of the running launcher; 0 if there is none.
    pid_t process() const;
    // Asks the launcher to quit. Returns when it has ended, or after `limit`.
    void quit(std::chrono::milliseconds limit = std::chrono::seconds(2)) const;

private:
    enum class Sent { answered, unknown, not_sent }; // unknown: sent, but the launcher ended before it answered
    struct Connection {
        base::Fd socket;
        // after a timeout, other callers do not wait for the launcher before this time
        std::chrono::steady_clock::time_point not_before{};
    };
    Sent ask(LauncherRequest const& request, std::vector<int> const& descriptors, LauncherAnswer& answer);

    std::string const path_;
    std::atomic<bool> away_ = false; // the launcher is unavailable, and this was logged
    base::Sync<Connection> connection_;
};

} // namespace stepwell::run
