// Tells whoever looks at a task that there is more to see.
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
    using Wake = std::function<void()>; // called once, from any thread; return soon

    // Number of changes of a task so far; a viewer that read before asks with what it saw.
    std::uint64_t seen(std::string const& task_id) const;
    // Calls `wake` at the next change after `seen`, which may be at once.
    void wait(std::string const& task_id, std::uint64_t seen, Wake wake);
    // Waits for that change; false when the time passed first.
    bool wait_for(std::string const& task_id, std::uint64_t seen, std::chrono::milliseconds limit);
    void notify(std::string const& task_id);
    void forget(std::string const& task_id); // it is over: the last change was told

private:
    struct Task {
        std::uint64_t changes = 0;
        std::vector<Wake> waiting;
    };
    base::Sync<std::map<std::string, Task>> tasks_;
};

} // namespace stepwell::engine
