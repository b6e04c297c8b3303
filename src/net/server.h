// The HTTP server: one io_context a thread, HTTP/1.1 keep-alive, chunked bodies both ways, WebSocket, limits.
#pragma once
#include "net/http.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace stepwell::net {

struct Limits {
    std::size_t header_bytes = 32 * 1024;
    std::size_t body_bytes = 32 * 1024 * 1024;        // above: 413
    std::chrono::seconds header_time{20};             // from first byte to the end of the head: 408
    std::chrono::seconds body_time{120};              // to the end of the body: 408
    std::chrono::seconds idle_time{75};               // between requests of one connection
    std::chrono::seconds write_time{120};             // a reader that takes nothing for so long is dropped
    std::size_t connections = 10'000;                 // above: accepted and closed at once
    std::size_t connections_without_request = 2'000;  // of them, those that have not sent a complete head yet
    std::chrono::seconds shutdown_time{10};           // for requests under way when the server stops
};

class Server {
public:
    // Listens at once on "HOST:PORT" ("[::1]:8065" for IPv6; port 0 takes a free one). Throws Error when it cannot.
    Server(std::string const& listen, Limits limits, Handler handler);
    ~Server();

    std::uint16_t port() const;

    // One io thread. Call it from as many threads as there shall be (at most `most_threads`); returns after stop(), when
    // open requests are answered or the shutdown time is over.
    static constexpr unsigned most_threads = 16;
    void serve(unsigned thread);
    // No new connections, idle ones closed, open requests finished, sources ended. From any thread, more than once.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace stepwell::net
