// A blocking TCP connection with deadlines.
#pragma once
#include "base/files.h"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace stepwell::net {

using Deadline = std::chrono::steady_clock::time_point; // max() means none

class ClientSocket {
public:
    // Throws Error{unavailable} if the connection cannot be established before the deadline.
    ClientSocket(std::string const& host, std::uint16_t port, Deadline deadline);

    // Returns true if the peer has closed the connection or sent unexpected data. The connection must not be reused
    // then.
    bool is_stale() const;
    // Returns false if the connection is broken. Throws Error{unavailable} if the deadline passes.
    bool write(std::string_view bytes, Deadline deadline);
    // Blocks until data can be read, `wake` (a descriptor, or -1) becomes readable, or the deadline passes.
    enum class Waited { ready, woken, late };
    Waited wait_to_read(Deadline deadline, int wake) const;
    // Returns the number of bytes read; 0 at the end or if the connection is broken. Throws Error{unavailable} if the
    // deadline passes.
    std::size_t read(std::span<char> into, Deadline deadline);

private:
    base::Fd fd_;
};

} // namespace stepwell::net
