#include "engine/watchers.h"

#include <memory>
#include <semaphore>

namespace stepwell::engine {

std::uint64_t Watchers::seen(std::string const& task_id) const {
    return state_.with([&](State const& state) {
        auto at = state.tasks.find(task_id);
        return at == state.tasks.end() ? state.last_forgotten : at->second.last_change;
    });
}

void Watchers::wait(std::string const& task_id, std::uint64_t seen, Wake wake) {
    bool now = state_.with([&](State& state) {
        auto at = state.tasks.find(task_id);
        auto const last = at == state.tasks.end() ? state.last_forgotten : at->second.last_change;
        if (last != seen) return true;
        state.task(task_id).waiting.push_back(wake);
        return false;
    });
    if (now) wake();
}

bool Watchers::wait_for(std::string const& task_id, std::uint64_t seen, std::chrono::milliseconds limit) {
    auto changed = std::make_shared<std::binary_semaphore>(0); // shared, because the list keeps it after a timeout
    wait(task_id, seen, [changed] { changed->release(); });
    return changed->try_acquire_for(limit);
}

void Watchers::notify(std::string const& task_id) {
    std::vector<Wake> waiting;
    state_.with([&](State& state) {
        auto& task = state.task(task_id);
        task.last_change = ++state.last_change;
        waiting.swap(task.waiting);
    });
    for (auto const& wake : waiting) wake();
}

void Watchers::forget(std::string const& task_id) {
    std::vector<Wake> waiting;
    state_.with([&](State& state) {
        state.last_forgotten = ++state.last_change;
        auto at = state.tasks.find(task_id);
        if (at == state.tasks.end()) return;
        waiting.swap(at->second.waiting);
        state.tasks.erase(at);
    });
    for (auto const& wake : waiting) wake();
}

} // namespace stepwell::engine
