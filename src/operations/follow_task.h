// Following a task: its state, its steps, and what it prints, from any point on, as it comes.
#pragma once
#include "engine/read_log.h"
#include "operations/documents.h"

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

// A point in the log of a task: "2:17" is step position 2, record sequence 17. Both are given by those who ran the
// step, so a viewer that comes back sees the same. "2:17:e2." says what is still to be shown of the records before: the
// beginning of a character, in hexadecimal, of standard output and of standard error.
struct Cursor {
    std::int64_t position = 0;
    std::uint64_t sequence = 1;
    std::array<std::string, 2> begun = {}; // by stream; at most three bytes each
};
std::string to_text(Cursor const& cursor);
std::optional<Cursor> parse_cursor(std::string_view text);

struct Printed {
    Cursor next; // where to go on behind it
    std::int64_t position = 0;
    std::string step, category;
    base::Time at;
    std::string bytes; // of one record, newlines included: a line may come in several, a character never does
};

struct News {
    std::optional<store::Task> task; // when it changed
    std::vector<Printed> printed;
    bool over = false; // the task is completed and all was told
    bool more = false; // the log goes on, though nothing of what was read is shown

    bool empty() const { return !task && printed.empty() && !over && !more; }
};

class Follower {
public:
    // Throws Error{not_found} for an unknown task.
    Follower(Store const& store, engine::Engine& engine, std::string task_id, Cursor from);

    // What is new since the last call; a bounded piece of it.
    News next();
    // Calls `wake` once when there may be more; at once when there was between the last next() and now.
    void wait(std::function<void()> wake);

private:
    void read_step(News& news, store::Attempt const& attempt);
    void show(News& news, store::Attempt const& attempt, engine::LogRecord const& record);
    void show_begun(News& news, store::Attempt const& attempt);

    Store const& store_;
    engine::Engine& engine_;
    std::string task_id_;
    Cursor cursor_;
    std::uint64_t seen_ = 0;
    std::string told_; // state told last
};

} // namespace stepwell::operations
