// `stepwell server`: creates the object graph, owns the threads and defines the order of shutdown.
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
    std::string data;                      // path of the data folder
    bool is_locked = false;                // the caller holds the lock of the folder
    std::string listen = "127.0.0.1:8065"; // HOST:PORT; port 0 uses any free port
    RunAs run_as;                          // account that runs scripts
    ConnectionOptions connections;
    // soft limit of descriptors for scripts that this process starts itself; 0: the limit of the process
    std::size_t script_descriptors = 0;
    std::string admin_username, admin_password, admin_api_key; // for the first start
    // must outlive the server; null: the clock of the machine
    base::Clock const* clock = nullptr;
    operations::RightsSource const* rights = nullptr; // must outlive the server; null: rights by teams
};

class Server {
public:
    // Starts the server. All parts run and requests are answered when the constructor returns.
    explicit Server(ServerOptions const& options);
    // Stops accepting requests, answers those in progress and commits queued writes. Scripts continue to run.
    ~Server();

    std::uint16_t port() const;
    // Call after a jump of the clock. Timers wait for times of the former clock.
    void wake_timers();
    // The generated password of the administrator; empty unless this start created the administrator and generated it.
    std::string const& one_time_password() const;

private:
    struct Graph;
    std::unique_ptr<Graph> graph_;
};

} // namespace stepwell::apps
