// Pauses between tries: each twice as long as the one before, from a quarter of a second to a minute.
#pragma once
#include <algorithm>
#include <chrono>

namespace stepwell::client {

class Pauses {
public:
    std::chrono::milliseconds next() {
        auto const pause = next_;
        next_ = std::min(next_ * 2, std::chrono::milliseconds(60'000));
        return pause;
    }
    void restart() { *this = {}; }

private:
    std::chrono::milliseconds next_{250};
};

// Sleeps; true when `wake` (a descriptor, or -1) can be read before the end.
bool wait_or_woken(std::chrono::milliseconds pause, int wake);

} // namespace stepwell::client
