// A bounded queue of jobs. Threads are created in apps/ and run the jobs by calling serve(). Thread-safe.
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

    // Returns false if the queue is full.
    bool try_post(Job job);
    // Enqueues regardless of the capacity. Use it to continue work that was accepted earlier.
    void post(Job job);
    // Discards the queued jobs without running them.
    void drop();
    // Runs jobs on the calling thread until stop is requested and the queue is empty. A job must not throw.
    void serve(std::stop_token stop);
    // Returns how long the oldest queued job has waited; zero if the queue is empty.
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
