// Runs jobs after a delay, on one thread.
#pragma once
#include "base/clock.h"
#include "base/sync.h"

#include <functional>
#include <map>
#include <stop_token>
#include <vector>

namespace stepwell::engine {

class Timer {
public:
    explicit Timer(base::Clock const& clock) : clock_(clock) {}

    // Runs `job` on the thread of serve() when `delay` has passed. Jobs must return soon. Thread-safe.
    void after(base::Duration delay, std::function<void()> job);
    // Makes serve() call `on_turn` again. Thread-safe.
    void wake();

    // Calls `on_turn` with the current time, at the time that it returned last, at least once a minute, and after
    // wake(). It returns the next time at which it has something to do; nullopt if it knows none. Returns when a stop
    // is requested.
    using OnTurn = std::function<std::optional<base::Time>(base::Time now)>;
    void serve(OnTurn const& on_turn, std::stop_token stop);

private:
    struct Due {
        std::multimap<base::Time, std::function<void()>> jobs;
        bool is_woken = false;
    };
    // Removes the jobs that are due. Lowers `until` to the time of the next one.
    std::vector<std::function<void()>> take_due(base::Time now, base::Time& until);

    base::Clock const& clock_;
    base::Sync<Due> due_;
};

} // namespace stepwell::engine
