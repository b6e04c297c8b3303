// Notifies the viewers of a task when it changes.
#pragma once
#include "base/sync.h"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace stepwell::engine {

class Watchers {
public:
    using Wake = std::function<void()>; // called once, from any thread; must return soon

    // Returns the number of the last change of a task. A viewer takes it before it reads the task.
    std::uint64_t seen(std::string const& task_id) const;
    // Calls `wake` at the next change after `seen`; immediately if there was one.
    void wait(std::string const& task_id, std::uint64_t seen, Wake wake);
    // Waits for the next change after `seen`. Returns false if the time limit passes first.
    bool wait_for(std::string const& task_id, std::uint64_t seen, std::chrono::milliseconds limit);
    void notify(std::string const& task_id);
    void forget(std::string const& task_id); // notifies for the last time: the task has ended

private:
    // Changes have numbers that no other change gets, of whatever task. So a viewer that saw a task before it was
    // forgotten never takes the current state for the one it saw.
    struct Task {
        std::uint64_t last_change = 0;
        std::vector<Wake> waiting;
    };
    struct State {
        std::map<std::string, Task> tasks;
        std::uint64_t last_change = 0, last_forgotten = 0;

        Task& task(std::string const& id) { return tasks.try_emplace(id, Task{last_forgotten, {}}).first->second; }
    };
    base::Sync<State> state_;
};

} // namespace stepwell::engine
