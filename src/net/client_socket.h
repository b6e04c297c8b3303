// A blocking TCP connection with deadlines.
#pragma once
#include "base/files.h"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace stepwell::net {

using Deadline = std::chrono::steady_clock::time_point; // max() is none

class ClientSocket {
public:
    // Throws Error{unavailable} when nobody answers there.
    ClientSocket(std::string const& host, std::uint16_t port, Deadline deadline);

    // Whether the other side has closed, or sent what nobody asked for: either way no use for another request.
    bool is_stale() const;
    // False when the connection is broken. Throws Error{unavailable} when the deadline passes.
    bool write(std::string_view bytes, Deadline deadline);
    // Until there is something to read, `wake` (a descriptor, or -1) can be read, or the deadline passes.
    enum class Waited { ready, woken, late };
    Waited wait_to_read(Deadline deadline, int wake) const;
    // 0 at the end, or when the connection is broken. Throws Error{unavailable} when the deadline passes.
    std::size_t read(std::span<char> into, Deadline deadline);

private:
    base::Fd fd_;
};

} // namespace stepwell::net
