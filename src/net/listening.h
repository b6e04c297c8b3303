// Listening sockets for "HOST:PORT".
#pragma once
#include "base/files.h"

#include <cstdint>
#include <string>
#include <vector>

namespace stepwell::net {

struct Listening {
    std::vector<base::Fd> sockets; // they share the port; the kernel distributes connections among them
    std::uint16_t port = 0;
    bool is_ipv6 = false;
};

// Throws Error{invalid} if `address` is not an address and port.
void check_address(std::string const& address);
// Throws like check_address(), and Error{unavailable} if the port is in use.
Listening listen_on(std::string const& address, unsigned sockets);

} // namespace stepwell::net
