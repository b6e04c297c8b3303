// What server and shim say to each other, over a SOCK_SEQPACKET socket: one Notice a packet. What a shim says is a
// hint; the truth is in the ticket's files. The end of the connection is the end of the one behind it.
#pragma once
#include <cstdint>

namespace stepwell::run {

struct Notice {
    enum class Kind : std::uint64_t {
        // to the shim
        acknowledge = 1, // value: next sequence
        cancel = 2,
        start = 3, // all is durable: the script may begin
        // from the shim
        started = 16,  // value: milliseconds since 1970
        advanced = 17, // value: next sequence
        ended = 18,    // the result is there
        refused = 19,  // somebody else holds the latch: this shim did nothing
        lacking = 20,  // value: errno. What it needs is not to be had at present: it did nothing
    };
    Kind kind{};
    std::uint64_t value = 0;
};

// Descriptors that a shim is started with.
enum ShimDescriptor : int {
    shim_folder = 3, // the ticket's
    shim_order = 4,  // sealed memory: run/shim_order.h
    shim_values = 5, // sealed memory: descriptor 3 of the script
    shim_server = 6, // socket
    shim_cgroup = 7, // folder; may be absent
    shim_slot = 8,   // only kept open: whoever has it holds the lock on a slot; may be absent
};

} // namespace stepwell::run
