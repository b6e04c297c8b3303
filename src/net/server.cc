#include "net/server.h"

#include "base/error.h"
#include "base/log.h"
#include "net/connection.h"
#include "net/listening.h"
#include "net/response_head.h"
#include "net/websocket.h"

#include <boost/asio/co_spawn.hpp>

#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace stepwell::net {

namespace {

constexpr auto accept_pause = std::chrono::milliseconds(100);

void log_failure(std::exception_ptr failure) {
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (std::exception const& error) {
        base::log_error("connection: {}", error.what());
    }
}

std::string text_of(asio::ip::address const& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

// Sends a 503 without waiting. A client that has already sent data may not receive it, because there is no time to read
// that data.
void refuse_in_passing(Loop& loop, Socket& socket) {
    auto const response = error_response(503, too_many_connections);
    auto const head = write_head(response, {.length = response.body.size(), .keep_alive = false}, loop.date());
    auto const answer = head + response.body;
    ::send(socket.native_handle(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void greet(Loop& loop, Socket socket) {
    ErrorCode error;
    auto const address = socket.remote_endpoint(error).address();
    if (error) return; // the peer has closed already
    auto place = loop.shared().table.admit(network_of(address), socket.native_handle());
    if (!place) return refuse_in_passing(loop, socket);
    socket.set_option(asio::ip::tcp::no_delay(true));
    socket.set_option(asio::socket_base::keep_alive(true)); // detects peers that vanished while they wait for an event
    socket.non_blocking(true);
    auto guest = std::make_shared<Connection>(loop, std::move(socket), text_of(address), std::move(place));
    asio::co_spawn(loop.executor(), guest->run(), [guest](std::exception_ptr failure) { log_failure(failure); });
}

// Returns the reason why no connection can be accepted for now; empty if one was.
std::string welcome(Loop& loop, ErrorCode error, Socket socket) {
    try {
        if (!error)
            greet(loop, std::move(socket));
        else if (error.value() != ECONNABORTED)
            return std::strerror(error.value());
    } catch (std::exception const& failure) {
        base::log_warning("connection: {}", failure.what()); // the peer may have closed already
    }
    return {};
}

Task<void> accept_connections(Loop& loop) {
    Timer pause(loop.executor());
    std::string trouble;
    while (!loop.stopping()) {
        auto [error, socket] = co_await loop.acceptor().async_accept(use_outcome);
        if (loop.stopping()) co_return;
        auto const before = std::exchange(trouble, welcome(loop, error, std::move(socket)));
        if (trouble.empty()) continue;
        if (before.empty()) base::log_warning("no connection can be accepted: {}", trouble);
        // Without descriptors or memory, the kernel keeps the next connection ready: an immediate retry would spin.
        pause.expires_after(accept_pause);
        co_await pause.async_wait(use_outcome);
    }
}

} // namespace

struct Server::State {
    State(Limits const& limits, Handler handler, BodyCheck body_check)
        : common(limits, std::move(handler), std::move(body_check)) {}

    Shared common;
    std::vector<std::unique_ptr<Loop>> loops;
    std::uint16_t port = 0;
};

Server::Server(std::string const& listen, unsigned threads, Limits limits, Handler handler, BodyCheck body_check)
    : state_(std::make_unique<State>(limits, std::move(handler), std::move(body_check))) {
    if (threads < 1 || threads > max_threads) base::reject("threads", fmt::format("is not 1 … {}", max_threads));
    auto listening = listen_on(listen, threads);
    state_->port = listening.port;
    for (auto& socket : listening.sockets)
        state_->loops.push_back(std::make_unique<Loop>(state_->common, std::move(socket), listening.is_ipv6));
}

Server::~Server() = default;

std::uint16_t Server::port() const { return state_->port; }

void Server::serve(unsigned thread) {
    auto& loop = *state_->loops.at(thread);
    asio::co_spawn(loop.executor(), accept_connections(loop), log_failure);
    loop.run();
}

void Server::stop() {
    for (auto& loop : state_->loops) loop->stop();
}

} // namespace stepwell::net
