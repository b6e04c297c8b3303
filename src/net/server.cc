#include "net/server.h"

#include "base/error.h"
#include "base/log.h"
#include "net/connection.h"
#include "net/listening.h"
#include "net/websocket.h"

#include <boost/asio/co_spawn.hpp>

#include <cerrno>
#include <cstring>

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

std::string peer_of(Socket const& socket) {
    ErrorCode error;
    auto const address = socket.remote_endpoint(error).address();
    if (error) return {};
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

void greet(Loop& loop, Socket socket) {
    auto& common = loop.shared();
    Counted connection(common.connections);
    Counted without_request(common.connections_without_request);
    if (connection.number() > common.limits.connections ||
        without_request.number() > common.limits.connections_without_request)
        return;
    socket.set_option(asio::ip::tcp::no_delay(true));
    socket.set_option(asio::socket_base::keep_alive(true)); // finds peers that vanished while they wait for an event
    socket.non_blocking(true);
    auto peer = peer_of(socket);
    auto guest = std::make_shared<Connection>(loop, std::move(socket), std::move(peer), std::move(connection),
                                              std::move(without_request));
    asio::co_spawn(loop.executor(), guest->run(), [guest](std::exception_ptr failure) { log_failure(failure); });
}

// Nothing, or why no connection can be accepted for now.
std::string welcome(Loop& loop, ErrorCode error, Socket socket) {
    try {
        if (!error)
            greet(loop, std::move(socket));
        else if (error.value() != ECONNABORTED)
            return std::strerror(error.value());
    } catch (std::exception const& failure) {
        base::log_warning("connection: {}", failure.what()); // it may have gone already
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
        // Without descriptors or memory the kernel keeps the next connection ready: trying again at once would spin.
        pause.expires_after(accept_pause);
        co_await pause.async_wait(use_outcome);
    }
}

} // namespace

struct Server::State {
    Shared common;
    std::vector<std::unique_ptr<Loop>> loops;
    std::uint16_t port = 0;
};

Server::Server(std::string const& listen, unsigned threads, Limits limits, Handler handler)
    : state_(std::make_unique<State>()) {
    if (threads < 1 || threads > most_threads) base::reject("threads", fmt::format("is not 1 … {}", most_threads));
    state_->common.limits = limits;
    state_->common.handler = std::move(handler);
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
