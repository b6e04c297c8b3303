// Which tasks wait, and how many may run: slots of this node, tags that exclude each other, times not to begin before.
// In memory; the rows of waiting tasks are in the store, and a restart fills it again.
#pragma once
#include "base/clock.h"
#include "base/sync.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace stepwell::engine {

struct Waiting {
    std::int64_t number = 0; // order of arrival
    std::string task_id, space_id, tag;
    std::optional<base::Time> not_before, expires;
};

// Why a task does not run yet.
struct Behind {
    std::vector<std::string> task_ids;
    std::string reason;
};

class Queue {
public:
    explicit Queue(std::size_t slots) : state_(State{slots, {}, {}, {}}) {}

    // Takes a slot for a task that just arrived, unless others wait for one, or its tag or space forbids.
    bool try_begin(Waiting const& task, base::Time now);
    void wait(Waiting task);
    // True when it was waiting.
    bool stop_waiting(std::string const& task_id);
    // The next that may run, with its slot taken; nothing when none can.
    std::optional<Waiting> begin_next(base::Time now);
    void end(std::string const& task_id);
    // A task found running at start; beyond the number of slots if need be.
    void adopt(std::string const& task_id, std::string const& tag);

    void set_space_stopped(std::string const& space_id, bool stopped);
    std::vector<std::string> expired(base::Time now);
    // When something changes by time alone; nothing when never.
    std::optional<base::Time> next_change() const;
    Behind behind(std::string const& task_id, base::Time now) const;
    std::size_t running() const;

private:
    struct State {
        std::size_t slots;
        std::map<std::int64_t, Waiting> waiting;
        std::map<std::string, std::string> running; // task id → tag
        std::set<std::string> stopped_spaces;

        bool tag_is_free(std::string const& tag) const;
        bool may_run(Waiting const& task, base::Time now) const;
    };
    base::Sync<State> state_;
};

} // namespace stepwell::engine
