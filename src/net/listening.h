// Where a server listens: "HOST:PORT" to sockets.
#pragma once
#include "base/files.h"

#include <cstdint>
#include <string>
#include <vector>

namespace stepwell::net {

struct Listening {
    std::vector<base::Fd> sockets; // they share the port; the kernel spreads connections over them
    std::uint16_t port = 0;
    bool is_ipv6 = false;
};

// Throws Error{invalid} when `address` names no address and port, Error{unavailable} when somebody else has it.
Listening listen_on(std::string const& address, unsigned sockets);

} // namespace stepwell::net
