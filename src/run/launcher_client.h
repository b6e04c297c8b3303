// The server's side of the launcher's socket.
#pragma once
#include "base/sync.h"
#include "run/launcher_protocol.h"
#include "run/shim_starter.h"

namespace stepwell::run {

class LauncherClient final : public ShimStarter {
public:
    explicit LauncherClient(std::string path) : path_(std::move(path)) {}

    Answer start(Start const& start, pid_t& own_child) override;
    bool end_lost(Ticket const& ticket) override;
    void clear(Ticket const& ticket) override;
    // Build of the launcher that answers; nothing when none does.
    std::optional<std::string> build();
    void quit();

private:
    enum class Sent { answered, unknown, not_sent }; // unknown: it was sent, and the launcher ended before its answer
    Sent ask(LauncherRequest const& request, std::vector<int> const& descriptors, LauncherAnswer& answer);
    Sent ask_patiently(LauncherRequest const& request, std::vector<int> const& descriptors, LauncherAnswer& answer);

    std::string const path_;
    base::Sync<base::Fd> socket_;
};

} // namespace stepwell::run
