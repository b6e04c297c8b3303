// A bounded queue of jobs. Threads are created in apps/ and lend themselves to it by serve().
#pragma once
#include "base/sync.h"

#include <chrono>
#include <deque>
#include <functional>

namespace stepwell::base {

class WorkQueue {
public:
    using Job = std::function<void()>;

    explicit WorkQueue(std::size_t capacity) : capacity_(capacity) {}

    // False when the queue is full: the caller says "busy" to whoever asked.
    bool try_post(Job job);
    // For work that continues what was taken before: never refused.
    void post(Job job);
    // Destroys the jobs that are queued, without running them.
    void drop();
    // Runs jobs until stop is asked and the queue is empty. A job must not throw.
    void serve(std::stop_token stop);
    // How long the first job has been waiting for a thread; zero if none waits. Thread-safe.
    std::chrono::milliseconds longest_wait() const;

private:
    struct Posted {
        Job job;
        std::chrono::steady_clock::time_point at = std::chrono::steady_clock::now();
    };
    std::size_t capacity_;
    Sync<std::deque<Posted>> jobs_;
};

} // namespace stepwell::base
