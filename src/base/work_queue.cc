#include "base/work_queue.h"

namespace stepwell::base {

bool WorkQueue::try_post(Job job) {
    return jobs_.change_for_one([&](auto& jobs) {
        if (jobs.size() >= capacity_) return false;
        jobs.push_back({std::move(job)});
        return true;
    });
}

void WorkQueue::post(Job job) {
    jobs_.change_for_one([&](auto& jobs) { jobs.push_back({std::move(job)}); });
}

void WorkQueue::drop() {
    std::deque<Posted> dropped;
    jobs_.with([&](auto& jobs) { jobs.swap(dropped); });
}

void WorkQueue::serve(std::stop_token stop) {
    Job job;
    while (jobs_.wait(
        stop, [](auto const& jobs) { return !jobs.empty(); },
        [&](auto& jobs) {
            job = std::move(jobs.front().job);
            jobs.pop_front();
        })) {
        job();
        job = nullptr;
    }
}

std::chrono::milliseconds WorkQueue::longest_wait() const {
    return jobs_.with([](auto const& jobs) {
        if (jobs.empty()) return std::chrono::milliseconds(0);
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                     jobs.front().at);
    });
}

} // namespace stepwell::base
