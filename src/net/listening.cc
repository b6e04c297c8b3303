#include "net/listening.h"

#include "base/error.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace stepwell::net {

namespace {

constexpr int backlog = 4096; // the kernel limits it to net.core.somaxconn

struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&bytes); }
    sockaddr_in& v4() { return reinterpret_cast<sockaddr_in&>(bytes); }
    sockaddr_in6& v6() { return reinterpret_cast<sockaddr_in6&>(bytes); }
    bool is_ipv6() const { return bytes.ss_family == AF_INET6; }
    std::uint16_t port() { return ntohs(is_ipv6() ? v6().sin6_port : v4().sin_port); }
    void set_port(std::uint16_t port) { (is_ipv6() ? v6().sin6_port : v4().sin_port) = htons(port); }
};

Address parse(std::string const& text) {
    auto const colon = text.rfind(':');
    auto const port =
        colon == std::string::npos ? std::nullopt : base::to_number(std::string_view(text).substr(colon + 1));
    if (!port || *port < 0 || *port > 65535) base::reject(text, "must be HOST:PORT");
    auto host = text.substr(0, colon);
    if (host == "localhost") host = "127.0.0.1";
    Address address;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        address.bytes.ss_family = AF_INET6;
        address.size = sizeof(sockaddr_in6);
        host = host.substr(1, host.size() - 2);
        if (::inet_pton(AF_INET6, host.c_str(), &address.v6().sin6_addr) != 1)
            base::reject(text, "must be a valid IPv6 address");
    } else {
        address.bytes.ss_family = AF_INET;
        address.size = sizeof(sockaddr_in);
        if (::inet_pton(AF_INET, host.c_str(), &address.v4().sin_addr) != 1)
            base::reject(text, "must be an IP address or localhost");
    }
    address.set_port(static_cast<std::uint16_t>(*port));
    return address;
}

void set_option(int fd, int level, int name, int value) {
    if (::setsockopt(fd, level, name, &value, sizeof value) != 0) base::fail_with_errno("setsockopt");
}

base::Fd bind_to(Address& address, bool shared, std::string const& text) {
    base::Fd fd(::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) base::fail_with_errno("socket");
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (shared) set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1);
    if (address.is_ipv6())
        set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, !IN6_IS_ADDR_UNSPECIFIED(&address.v6().sin6_addr));
    if (::bind(fd.get(), address.get(), address.size) != 0)
        throw base::Error(base::Kind::unavailable, fmt::format("cannot listen on {}: {}", text, std::strerror(errno)));
    return fd;
}

void read_back_port(int fd, Address& address) {
    Address bound;
    bound.size = sizeof bound.bytes;
    if (::getsockname(fd, bound.get(), &bound.size) != 0) base::fail_with_errno("getsockname");
    address.set_port(bound.port());
}

} // namespace

void check_address(std::string const& text) { parse(text); }

Listening listen_on(std::string const& text, unsigned sockets) {
    auto address = parse(text);
    // Sockets that share a port would also share it with another server of the same user. This socket does not share,
    // and detects that.
    bind_to(address, false, text).reset();
    Listening listening;
    listening.is_ipv6 = address.is_ipv6();
    for (unsigned i = 0; i < sockets; ++i) {
        auto fd = bind_to(address, true, text);
        if (i == 0) read_back_port(fd.get(), address);
        if (::listen(fd.get(), backlog) != 0)
            throw base::Error(base::Kind::unavailable,
                              fmt::format("cannot listen on {}: {}", text, std::strerror(errno)));
        listening.sockets.push_back(std::move(fd));
    }
    listening.port = address.port();
    return listening;
}

} // namespace stepwell::net
