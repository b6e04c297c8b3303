#include "net/client_socket.h"

#include "base/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace stepwell::net {

namespace {

using base::Error;
using base::Kind;

// Returns false if the deadline passed.
bool wait_for(std::span<pollfd> polls, Deadline deadline) {
    using namespace std::chrono;
    for (;;) {
        int wait = -1;
        if (deadline != Deadline::max()) {
            auto const left = duration_cast<milliseconds>(deadline - steady_clock::now()).count() + 1;
            if (left <= 0) return false;
            wait = int(std::min<long long>(left, 1'000'000));
        }
        auto const ready = ::poll(polls.data(), polls.size(), wait);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) base::fail_with_errno("poll");
    }
}

bool wait_for(int fd, short events, Deadline deadline) {
    pollfd poll{fd, events, 0};
    return wait_for(std::span(&poll, 1), deadline);
}

void wait_or_throw(int fd, short events, Deadline deadline) {
    if (!wait_for(fd, events, deadline)) throw Error(Kind::unavailable, "the server took too long to answer");
}

// Returns 0 or the errno of the failure.
int connect_to(addrinfo const& address, Deadline deadline, base::Fd& fd) {
    fd.reset(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return errno;
    int const on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (!wait_for(fd.get(), POLLOUT, deadline)) return ETIMEDOUT;
    int failure = 0;
    socklen_t size = sizeof failure;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failure, &size);
    return failure;
}

} // namespace

ClientSocket::ClientSocket(std::string const& host, std::uint16_t port, Deadline deadline) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (int const failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); failure != 0)
        throw Error(Kind::unavailable, fmt::format("cannot find {}: {}", host, ::gai_strerror(failure)));
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> const all(found, &::freeaddrinfo);
    int failure = EHOSTUNREACH;
    for (auto const* address = found; address; address = address->ai_next)
        if (failure = connect_to(*address, deadline, fd_); failure == 0) return;
    throw Error(Kind::unavailable, fmt::format("cannot reach {}:{}: {}", host, port, std::strerror(failure)));
}

bool ClientSocket::is_stale() const {
    pollfd poll{fd_.get(), POLLIN | POLLRDHUP, 0};
    return ::poll(&poll, 1, 0) != 0;
}

bool ClientSocket::write(std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        auto const count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno == EAGAIN)
            wait_or_throw(fd_.get(), POLLOUT, deadline);
        else if (errno != EINTR)
            return false;
    }
    return true;
}

ClientSocket::Waited ClientSocket::wait_to_read(Deadline deadline, int wake) const {
    pollfd polls[] = {{fd_.get(), POLLIN, 0}, {wake, POLLIN, 0}}; // poll() ignores a negative descriptor
    if (!wait_for(polls, deadline)) return Waited::late;
    return polls[1].revents != 0 ? Waited::woken : Waited::ready;
}

std::size_t ClientSocket::read(std::span<char> into, Deadline deadline) {
    for (;;) {
        wait_or_throw(fd_.get(), POLLIN, deadline);
        auto const count = ::recv(fd_.get(), into.data(), into.size(), 0);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR && errno != EAGAIN) return 0;
    }
}

} // namespace stepwell::net
