// `stepwell server`: builds the object graph, owns the threads and the order of shutdown.
#pragma once
#include "apps/descriptors.h"
#include "apps/privileges.h"
#include "base/clock.h"

#include <cstdint>
#include <memory>
#include <string>

namespace stepwell::operations {
class RightsSource;
}

namespace stepwell::apps {

struct ServerOptions {
    std::string data;                      // folder
    bool is_locked = false;                // the caller holds the lock of the folder
    std::string listen = "127.0.0.1:8065"; // HOST:PORT; port 0 takes a free one
    RunAs run_as;                          // who runs scripts
    ConnectionOptions connections;
    std::size_t script_descriptors = 0; // soft limit of scripts that this process starts itself; 0: its own
    std::string admin_username, admin_password, admin_api_key; // of the first start
    base::Clock const* clock = nullptr;                        // must outlive the server; null: that of the machine
    operations::RightsSource const* rights = nullptr;          // must outlive the server; null: by teams
};

class Server {
public:
    // Everything is up when this returns, and requests are answered.
    explicit Server(ServerOptions const& options);
    // Stops taking requests, answers those under way, commits what is queued. Scripts go on.
    ~Server();

    std::uint16_t port() const;
    // Must follow a jump of the clock: timers wait for the time as it was.
    void wake_timers();
    // Set when this start made the administrator and his password was made up.
    std::string const& one_time_password() const;

private:
    struct Graph;
    std::unique_ptr<Graph> graph_;
};

} // namespace stepwell::apps
