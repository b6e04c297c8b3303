// The limit of file descriptors of this process, and their distribution.
#pragma once
#include "net/server.h"

#include <cstddef>

namespace stepwell::apps {

// Returns the soft limit of this process (RLIMIT_NOFILE), at most 1048576.
std::size_t descriptor_limit();
// Raises the soft limit to the hard limit, at most to 1048576. Returns the former soft limit. Programs that this
// process starts must get the former limit, because some of them cannot use descriptors above 1023.
std::size_t raise_descriptor_limit();

// The settings of the administrator; 0 in `anonymous_of_network` means no limit.
struct ConnectionOptions {
    std::size_t most = net::Limits{}.connections;
    std::size_t anonymous_of_network = net::Limits{}.anonymous_connections_of_network;
};

// The distribution of descriptors. The server itself is served first, then runs, and connections get the rest, so that
// no run fails because descriptors are exhausted.
struct DescriptorBudget {
    // Throws Error{invalid} if `limit` is too low for a single run.
    DescriptorBudget(std::size_t limit, std::size_t wanted_slots, ConnectionOptions const& wanted);

    std::size_t slots; // maximum number of scripts that run at a time
    net::Limits limits;
};

} // namespace stepwell::apps
