// A bounded queue of jobs. Threads are created in apps/ and lend themselves to it by serve().
#pragma once
#include "base/sync.h"

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
    // Runs jobs until stop is asked and the queue is empty. A job must not throw.
    void serve(std::stop_token stop);

private:
    std::size_t capacity_;
    Sync<std::deque<Job>> jobs_;
};

} // namespace stepwell::base
