// What a server asks of the launcher: one LauncherRequest a packet over SOCK_SEQPACKET, each answered by one
// LauncherAnswer. Who may ask is settled by the account of the one who connects.
#pragma once
#include <cstdint>

namespace stepwell::run {

struct LauncherRequest {
    enum class Kind : std::uint32_t {
        hello,    // answer: text is the build of the launcher
        start,    // with three descriptors: order, values, server
        end_lost, // answer: done when nothing of the ticket's tree runs any more, else busy
        clear,    // remove what the ticket left outside its folder
        quit,     // end; the shims go on
    };
    Kind kind{};
    char ticket[36]{};
    char account[68]{};
};

struct LauncherAnswer {
    enum class Kind : std::uint32_t { done, busy, refused };
    Kind kind{};
    std::int32_t number = 0; // errno of why refused; 0: none
    char text[248]{};        // why refused
};

} // namespace stepwell::run
