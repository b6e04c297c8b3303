#include "engine/watchers.h"

#include <memory>
#include <semaphore>

namespace stepwell::engine {

std::uint64_t Watchers::seen(std::string const& task_id) const {
    return tasks_.with([&](auto const& tasks) {
        auto at = tasks.find(task_id);
        return at == tasks.end() ? 0 : at->second.changes;
    });
}

void Watchers::wait(std::string const& task_id, std::uint64_t seen, Wake wake) {
    bool now = tasks_.with([&](auto& tasks) {
        auto& task = tasks[task_id];
        if (task.changes != seen) return true;
        task.waiting.push_back(wake);
        return false;
    });
    if (now) wake();
}

bool Watchers::wait_for(std::string const& task_id, std::uint64_t seen, std::chrono::milliseconds limit) {
    auto changed = std::make_shared<std::binary_semaphore>(0); // lives on in the list when we give up
    wait(task_id, seen, [changed] { changed->release(); });
    return changed->try_acquire_for(limit);
}

void Watchers::notify(std::string const& task_id) {
    std::vector<Wake> waiting;
    tasks_.with([&](auto& tasks) {
        auto& task = tasks[task_id];
        ++task.changes;
        waiting.swap(task.waiting);
    });
    for (auto const& wake : waiting) wake();
}

void Watchers::forget(std::string const& task_id) {
    std::vector<Wake> waiting;
    tasks_.with([&](auto& tasks) {
        auto at = tasks.find(task_id);
        if (at == tasks.end()) return;
        waiting.swap(at->second.waiting);
        tasks.erase(at);
    });
    for (auto const& wake : waiting) wake();
}

} // namespace stepwell::engine
