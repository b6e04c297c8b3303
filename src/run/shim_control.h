// The protocol between server and shim over a SOCK_SEQPACKET socket: one Notice per packet. Notices from the shim are
// only hints; the ticket's files are authoritative. A closed connection means that the peer has ended.
#pragma once
#include <cstdint>

namespace stepwell::run {

struct Notice {
    enum class Kind : std::uint64_t {
        // to the shim
        acknowledge = 1, // value: next sequence
        cancel = 2,
        start = 3, // the decision is durable: start the script
        // from the shim
        started = 16,  // value: milliseconds since 1970
        advanced = 17, // value: next sequence
        ended = 18,    // the result is written
        refused = 19,  // another shim holds the latch: this shim did nothing
        lacking = 20,  // value: errno of a temporary shortage; the shim did nothing
    };
    Kind kind{};
    std::uint64_t value = 0;
};

// Descriptors that a shim is started with.
enum ShimDescriptor : int {
    shim_folder = 3, // of the ticket
    shim_order = 4,  // sealed memory (run/shim_order.h)
    shim_values = 5, // sealed memory; becomes descriptor 3 of the script
    shim_server = 6, // socket
    shim_cgroup = 7, // folder; optional
    shim_slot = 8,   // open descriptor that holds the lock of a slot; optional
};

} // namespace stepwell::run
