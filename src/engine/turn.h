// A turn of a task: an event was handled; here is what to write, what to do after the commit, and the record as it will
// be then.
#pragma once
#include "engine/live_task.h"
#include "store/store.h"

#include <functional>
#include <utility>
#include <vector>

namespace stepwell::engine {

// Runs the actions that follow a commit or a failed commit. Logs and drops exceptions: the outcome in the store is
// final. A worker that could not act reports it later through the ticket's result, or its leftovers are completed at the
// next start.
void run_all(std::vector<std::function<void()>> const& actions);

// Runs its actions when it is destroyed, unless it was settled.
class Undo {
public:
    Undo() = default;
    Undo(Undo&& other) noexcept : actions_(std::exchange(other.actions_, {})) {}
    Undo& operator=(Undo&& other) noexcept {
        std::swap(actions_, other.actions_);
        return *this;
    }
    ~Undo() { run_all(actions_); }

    void add(std::function<void()> action) { actions_.push_back(std::move(action)); }
    void settle() { actions_.clear(); }

private:
    std::vector<std::function<void()>> actions_;
};

// Returns the entry of a task in the queue.
Waiting waiting_of(store::Task const& task);

struct Turn {
    TaskRecord record;
    std::vector<std::function<void(store::Transaction&)>> writes; // SQL only
    std::vector<std::function<void()>> after;
    std::vector<domain::TaskEvent> next; // events that the task receives after the commit
    Undo undo;                           // of what was done ahead of the commit
    bool is_end = false;                 // of the task
    bool is_request = false;             // a client waits for the outcome, and can be refused

    void write(store::Transaction& transaction) const {
        for (auto const& each : writes) each(transaction);
    }
};

} // namespace stepwell::engine
