// The HTTP server: one io_context per thread, HTTP/1.1 keep-alive, chunked bodies in both directions, WebSocket,
// limits.
#pragma once
#include "net/http.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace stepwell::net {

struct Limits {
    std::size_t header_bytes = std::size_t(32) << 10;
    std::size_t headers = 128;                 // number of header lines; more: 431
    std::size_t body_bytes = std::size_t(32) << 20; // larger: 413
    // A body of at most this size is always read. For a larger one, the BodyCheck decides before it is read.
    std::size_t small_body_bytes = std::size_t(32) << 10;
    // Totals of larger bodies, for all requests and per network (net/connection_table.h). A body is included from its
    // first byte until the request is answered. Beyond: 503.
    std::size_t all_bodies_bytes = std::size_t(512) << 20;
    std::size_t bodies_of_network_bytes = std::size_t(128) << 20;
    // Totals of responses that clients have not read yet, for all and per network. Excludes small and shared ones.
    // Beyond: 503.
    std::size_t all_answers_bytes = std::size_t(512) << 20;
    std::size_t answers_of_network_bytes = std::size_t(128) << 20;
    // Incomplete heads and bodies on anonymous connections. Beyond: the longest-waiting connections are closed.
    std::size_t anonymous_bytes = std::size_t(32) << 20;
    // From connecting, later from the first byte of a request, to the end of the head. Beyond: 408, or closed without a
    // response if no byte was received.
    std::chrono::milliseconds header_time = std::chrono::seconds(20);
    std::chrono::milliseconds body_time =
        std::chrono::seconds(120); // from the end of the head to the end of the body; beyond: 408
    // For each further 16 KiB of a body, or its rest. Beyond: 408.
    std::chrono::milliseconds body_progress_time = std::chrono::seconds(15);
    std::chrono::milliseconds idle_time = std::chrono::seconds(75); // between requests of one connection
    // Maximum time in which a reader accepts no bytes before it is disconnected; shorter on an anonymous connection.
    std::chrono::milliseconds write_time = std::chrono::seconds(120);
    std::chrono::milliseconds anonymous_write_time = std::chrono::seconds(20);
    // A WebSocket peer that sends nothing is pinged after this time and disconnected after twice this time.
    std::chrono::milliseconds ping_time = std::chrono::seconds(30);
    // Connection limits. See net/connection_table.h for what happens when they are reached.
    std::size_t connections = 16'384;
    std::size_t anonymous_connections = 2'048;            // part of `connections`
    std::size_t anonymous_connections_of_network = 1'024; // part of them; 0 means no limit
    std::size_t refused_connections = 64; // additional ones that receive a 503; beyond: closed immediately
    // Connections are admitted only on descriptors below this number, so that the others stay free for other uses. 0
    // means no limit.
    std::size_t descriptors = 0;
    // for requests in progress when the server stops
    std::chrono::milliseconds shutdown_time = std::chrono::seconds(4);
};

class Server {
public:
    static constexpr unsigned max_threads = 16;

    // Starts to listen on "HOST:PORT" immediately. HOST is an IP address or "localhost" ("[::1]:8065" for IPv6,
    // "[::]:8065" for every IPv4 and IPv6 address); port 0 selects a free port. Throws Error{invalid} for anything
    // else, Error{unavailable} if it cannot listen. `threads` is the number of threads that will call serve(); the
    // kernel distributes connections among them. The body check is also made for the first request of a connection
    // admitted in a crowd (ConnectionTable::Place::came_in_a_crowd).
    Server(std::string const& listen, unsigned threads, Limits limits, Handler handler, BodyCheck body_check = {});
    // Call after every serve() has returned.
    ~Server();

    std::uint16_t port() const;

    // Runs io thread number `thread` (0 to threads-1) on the calling thread. Call once per number. Returns after
    // stop(), when pending requests are answered or the shutdown time has passed.
    void serve(unsigned thread);
    // Stops accepting connections, closes idle ones, finishes pending requests, and ends event streams and WebSockets
    // (the latter with code 1001). Other sources may finish; the rest is aborted after the shutdown time. Thread-safe;
    // may be called repeatedly.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace stepwell::net
