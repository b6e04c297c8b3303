// The protocol between server and launcher: one LauncherRequest per packet over SOCK_SEQPACKET, each answered by one
// LauncherAnswer. Access is decided by the account of the connecting process.
#pragma once
#include <cstdint>

namespace stepwell::run {

struct LauncherRequest {
    enum class Kind : std::uint32_t {
        hello,    // answer: text is the launcher's build
        start,    // with three descriptors: order, values, server
        end_lost, // answer: done if no process of the ticket's tree is left, otherwise busy
        clear,    // remove what the ticket left outside its folder
        quit,     // end; the shims continue
    };
    Kind kind{};
    char ticket[36]{};
    char account[68]{};
};

struct LauncherAnswer {
    enum class Kind : std::uint32_t { done, busy, refused };
    Kind kind{};
    std::int32_t number = 0; // for refused: errno; 0 means none
    char text[248]{};        // for refused: the reason
};

} // namespace stepwell::run
