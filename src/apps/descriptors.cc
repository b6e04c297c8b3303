#include "apps/descriptors.h"

#include "base/error.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/resource.h>

namespace stepwell::apps {

namespace {

// The database with its readers, the descriptors of the threads, the sockets of launcher and control, and connections
// that are being refused or closed.
constexpr std::size_t of_server = 192;
// The ticket's folder, its supervisor's socket and its spool. During the start also order, values and the other end of
// the socket.
constexpr std::size_t of_run = 6;
constexpr std::size_t min_connections = 64;
// Connections do not get the last descriptors, whatever uses the others.
constexpr std::size_t always_free = 64;
// More than this is not useful, and some systems allow 1,000,000,000.
constexpr rlim_t enough = 1 << 20;

} // namespace

std::size_t descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) base::fail_with_errno("cannot read the limit of open files");
    return std::size_t(std::min(limit.rlim_cur, enough));
}

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) base::fail_with_errno("cannot read the limit of open files");
    auto const former = limit.rlim_cur;
    limit.rlim_cur = std::max(former, std::min(limit.rlim_max, enough));
    ::setrlimit(RLIMIT_NOFILE, &limit); // if this fails, the former limit is distributed
    return std::size_t(former);
}

DescriptorBudget::DescriptorBudget(std::size_t limit, std::size_t wanted_slots, ConnectionOptions const& wanted) {
    auto const least = of_server + min_connections + of_run;
    if (limit < least)
        throw base::Error(base::Kind::invalid, fmt::format("The limit of open files is {}. The server needs at least "
                                                           "{}. Raise the limit, for example with 'ulimit -n 1024'.",
                                                           limit, least));
    slots = std::min(wanted_slots, (limit - of_server - min_connections) / of_run);
    auto const most = std::max(min_connections, wanted.most);
    limits.connections = std::clamp(limit - of_server - slots * of_run, min_connections, most);
    limits.anonymous_connections = std::min(limits.anonymous_connections, limits.connections / 4);
    auto const of_network = limits.anonymous_connections / 2; // leaves descriptors for other networks
    limits.anonymous_connections_of_network =
        wanted.anonymous_of_network == 0 ? 0 : std::min(wanted.anonymous_of_network, of_network);
    limits.refused_connections = std::min(limits.refused_connections, limits.connections / 8);
    limits.descriptors = limit - always_free;
}

} // namespace stepwell::apps
