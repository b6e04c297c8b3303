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
    std::size_t body_bytes = 32 * 1024 * 1024; // above: 413
    // Of all requests together, from their first byte until they are answered; above: 503 for all but small ones.
    std::size_t all_bodies_bytes = 512 * 1024 * 1024;
    // From the connection, later from the first byte, to the end of the head: 408 (closed silently before any byte).
    std::chrono::milliseconds header_time = std::chrono::seconds(20);
    std::chrono::milliseconds body_time =
        std::chrono::seconds(120);                                  // from the end of the head to that of the body: 408
    std::chrono::milliseconds idle_time = std::chrono::seconds(75); // between requests of one connection
    std::chrono::milliseconds write_time =
        std::chrono::seconds(120); // a reader that takes nothing for so long is dropped
    // A WebSocket peer that says nothing is pinged after this, and dropped after twice as long.
    std::chrono::milliseconds ping_time = std::chrono::seconds(30);
    std::size_t connections = 10'000;                // above: accepted and closed at once
    std::size_t connections_without_request = 2'000; // of them, those that have not sent a complete head yet
    std::chrono::milliseconds shutdown_time = std::chrono::seconds(10); // for requests under way when the server stops
};

class Server {
public:
    static constexpr unsigned most_threads = 16;

    // Listens at once on "HOST:PORT", HOST an address or "localhost" ("[::1]:8065" for IPv6, "[::]:8065" for every
    // address of both kinds; port 0 takes a free one). Throws Error{invalid} for anything else, Error{unavailable} when
    // it cannot. `threads` is how many threads will serve: the kernel spreads connections over all of them.
    Server(std::string const& listen, unsigned threads, Limits limits, Handler handler);
    // When every serve() has returned.
    ~Server();

    std::uint16_t port() const;

    // The io thread number `thread`, of 0 … threads-1; each is to be served by one thread, once. Returns after stop(),
    // when open requests are answered or the shutdown time is over.
    void serve(unsigned thread);
    // No new connections, idle ones closed, open requests finished, event streams and conversations ended (abandoned;
    // 1001 for the latter). Other sources may come to their end; what is left when the shutdown time is over is broken
    // off. From any thread, more than once.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace stepwell::net
