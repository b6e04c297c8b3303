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
    std::size_t headers = 128;                 // number of header lines; above: 431
    std::size_t body_bytes = 32 * 1024 * 1024; // above: 413
    // A body up to this size is read whoever sends it. For a larger one, the BodyCheck decides before it is read.
    std::size_t small_body_bytes = 32 * 1024;
    // Larger bodies of all requests together, and of those from one network (see net/connection_table.h), from their
    // first byte until the request is answered; above: 503.
    std::size_t all_bodies_bytes = 512 * 1024 * 1024;
    std::size_t bodies_of_network_bytes = 128 * 1024 * 1024;
    // Answers that wait to be read, all together and of one network, without small and shared ones; above: 503.
    std::size_t all_answers_bytes = 512 * 1024 * 1024;
    std::size_t answers_of_network_bytes = 128 * 1024 * 1024;
    // Heads and bodies that anonymous connections have sent in part; above: connections that wait longest are closed.
    std::size_t anonymous_bytes = 32 * 1024 * 1024;
    // From the connection, later from the first byte, to the end of the head: 408 (closed silently before any byte).
    std::chrono::milliseconds header_time = std::chrono::seconds(20);
    std::chrono::milliseconds body_time =
        std::chrono::seconds(120); // from the end of the head to that of the body: 408
    // For each further 16 KiB of a body, or the rest of it: 408.
    std::chrono::milliseconds body_progress_time = std::chrono::seconds(15);
    std::chrono::milliseconds idle_time = std::chrono::seconds(75); // between requests of one connection
    // A reader that takes nothing for so long is dropped; one whose connection is anonymous, sooner.
    std::chrono::milliseconds write_time = std::chrono::seconds(120);
    std::chrono::milliseconds anonymous_write_time = std::chrono::seconds(20);
    // A WebSocket peer that says nothing is pinged after this, and dropped after twice as long.
    std::chrono::milliseconds ping_time = std::chrono::seconds(30);
    // The limits of connections and what happens at them: net/connection_table.h.
    std::size_t connections = 16'384;
    std::size_t anonymous_connections = 2'048;            // of them
    std::size_t anonymous_connections_of_network = 1'024; // of them; 0: no limit
    std::size_t refused_connections = 64;                 // in addition, to be told so; above: closed immediately
    // No connection is admitted on this descriptor or a higher one, so that those above stay free for other uses. 0: no
    // limit.
    std::size_t descriptors = 0;
    std::chrono::milliseconds shutdown_time = std::chrono::seconds(4); // for requests under way when the server stops
};

class Server {
public:
    static constexpr unsigned max_threads = 16;

    // Listens at once on "HOST:PORT", HOST an address or "localhost" ("[::1]:8065" for IPv6, "[::]:8065" for every
    // address of both kinds; port 0 takes a free one). Throws Error{invalid} for anything else, Error{unavailable} when
    // it cannot. `threads` is how many threads will serve: the kernel spreads connections over all of them.
    // The body check is also made for the first request of a connection that is admitted in a crowd.
    Server(std::string const& listen, unsigned threads, Limits limits, Handler handler, BodyCheck body_check = {});
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
