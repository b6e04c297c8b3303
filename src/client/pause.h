// Pauses between retries: each is twice as long as the previous one, from 250 ms to 60 s.
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

// Sleeps. Returns true if `wake` (a descriptor, or -1) became readable before the end of the pause.
bool wait_or_woken(std::chrono::milliseconds pause, int wake);

} // namespace stepwell::client
