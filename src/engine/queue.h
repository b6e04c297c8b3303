// The queue of waiting tasks and the slots of running ones. It decides which task may run: by the number of slots, by
// tags, by stopped spaces and by times. It is in memory only; a restart reads the waiting tasks from the store.
#pragma once
#include "base/clock.h"
#include "base/sync.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace stepwell::engine {

// A task never runs at the same time as another one that has any of its tags.
using Tags = std::vector<std::string>;
// Converts tags to and from the text in a task's row: one tag on each line, without blank ones.
std::string join_tags(Tags const& tags);
Tags split_tags(std::string_view joined);

struct Waiting {
    std::int64_t number = 0; // of the task, which is the order of arrival
    std::string task_id, space_id;
    Tags tags;
    std::optional<base::Time> not_before, expires;
};

// Why a task waits, and for which tasks.
struct WaitReason {
    std::vector<std::string> task_ids;
    std::string reason;
};

class Queue;

// The right of one task to run. The destructor returns the slot to the queue.
class Slot {
public:
    Slot() = default;
    Slot(Slot&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)), task_id_(std::move(other.task_id_)) {}
    Slot& operator=(Slot&& other) noexcept {
        std::swap(queue_, other.queue_);
        std::swap(task_id_, other.task_id_);
        return *this;
    }
    ~Slot();

    explicit operator bool() const { return queue_ != nullptr; }

private:
    friend Queue;
    Slot(Queue& queue, std::string task_id) : queue_(&queue), task_id_(std::move(task_id)) {}

    Queue* queue_ = nullptr;
    std::string task_id_;
};

// Must outlive its slots. Thread-safe.
class Queue {
public:
    // Calls `on_free` on the thread that returns a slot while tasks wait. It must return soon and must not throw.
    explicit Queue(std::size_t slots, std::function<void()> on_free = {})
        : on_free_(std::move(on_free)), state_(State{slots, {}, {}, {}}) {}

    // Takes a slot for a task that has just arrived. Returns an empty slot if other tasks wait for one, or if a tag,
    // the space or a time forbids it.
    Slot try_begin(Waiting const& task, base::Time now);
    void wait(Waiting task);
    // Returns nullopt if the task does not wait.
    std::optional<Waiting> stop_waiting(std::string const& task_id);
    // Takes a slot for the next task that may run; nullopt if none may.
    struct Begun {
        Waiting task;
        Slot slot;
    };
    std::optional<Begun> begin_next(base::Time now);
    // Takes a slot for a task that was running before a restart, beyond the number of slots if needed.
    Slot adopt(std::string const& task_id, Tags const& tags);
    // Stops calling `on_free`.
    void close() { on_free_ = {}; }

    void set_space_stopped(std::string const& space_id, bool stopped);
    // Removes and returns the tasks that have waited too long.
    std::vector<Waiting> take_expired(base::Time now);
    // Returns the next time after `now` at which a task may begin or expires; nullopt if there is none.
    std::optional<base::Time> next_change(base::Time now) const;
    WaitReason find_wait_reason(std::string const& task_id, base::Time now) const;
    std::size_t running() const;

private:
    friend Slot;
    struct State {
        std::size_t slots;
        std::map<std::int64_t, Waiting> waiting;
        std::map<std::string, Tags> running; // by task id
        std::set<std::string> stopped_spaces;

        bool are_free(Tags const& tags) const;
        bool is_ready(Waiting const& task, base::Time now) const; // but for its tags
    };
    void release(std::string const& task_id);

    std::function<void()> on_free_;
    base::Sync<State> state_;
};

} // namespace stepwell::engine
