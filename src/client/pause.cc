#include "client/pause.h"

#include <poll.h>

namespace stepwell::client {

bool wait_or_woken(std::chrono::milliseconds pause, int wake) {
    using namespace std::chrono;
    auto const end = steady_clock::now() + pause;
    for (;;) {
        auto const left = duration_cast<milliseconds>(end - steady_clock::now()).count() + 1;
        pollfd poll{wake, POLLIN, 0}; // poll() ignores a negative descriptor
        if (::poll(&poll, 1, int(std::max<long long>(0, left))) > 0) return true;
        if (left <= 0) return false; // otherwise a signal interrupted poll()
        if (steady_clock::now() >= end) return false;
    }
}

} // namespace stepwell::client
