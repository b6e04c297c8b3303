// How many descriptors this process may have, and what they are used for.
#pragma once
#include "net/server.h"

#include <cstddef>

namespace stepwell::apps {

// The soft limit of this process (RLIMIT_NOFILE).
std::size_t descriptor_limit();
// Raises the soft limit to the hard one and returns the former soft limit: programs that this one starts must get that
// back, because some of them cannot use descriptors above 1023.
std::size_t raise_descriptor_limit();

// What an administrator chose; 0 in `of_network` means no limit.
struct ConnectionOptions {
    std::size_t most = net::Limits{}.connections;
    std::size_t anonymous_of_network = net::Limits{}.anonymous_connections_of_network;
};

// How the descriptors are shared out, so that no run fails for the lack of one: first to the server itself, then to
// runs, and only the rest to connections.
struct DescriptorBudget {
    // Throws Error{invalid} if `limit` is too low for a single run.
    DescriptorBudget(std::size_t limit, std::size_t wanted_slots, ConnectionOptions const& wanted);

    std::size_t slots; // how many scripts may run at a time
    net::Limits limits;
};

} // namespace stepwell::apps
