// Following a task: its state, and what its attempts print, from any point on, as it comes.
#pragma once
#include "engine/read_log.h"
#include "operations/documents.h"
#include "operations/step_titles.h"

#include <map>

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

// A point in the log of a task. Committed chunks are read in the order of their numbers; the logs of open attempts are
// read ahead of them. Numbers and sequences are permanent, so a viewer that reconnects sees the same bytes.
//
// As text: the number of the last chunk that was read, then each attempt whose log goes on: ";attempt:sequence", the
// sequence of the next record. "17;3:345;4:12:e2." adds the bytes of a character whose end is missing, in hexadecimal,
// of standard output and of standard error.
struct Cursor {
    struct Position {
        std::uint64_t sequence = 1;
        std::array<std::string, 2> begun = {}; // by stream; at most three bytes each
    };
    std::int64_t chunk = 0;
    std::map<std::int64_t, Position> attempts; // by number
};
std::string to_text(Cursor const& cursor);
std::optional<Cursor> parse_cursor(std::string_view text);

struct Printed {
    std::string next; // the cursor after it
    std::int64_t attempt = 0;
    std::string step, name, target; // number and name of the action; target as in target_of()
    std::string category;
    base::Time at;
    std::string bytes; // of one record, newlines included: a line may come in several, a character never does
};

struct News {
    std::optional<store::Task> task; // when it changed
    std::vector<Printed> printed;
    bool over = false; // the task has ended and everything was returned
    bool more = false; // there is more to read, although nothing of what was read is shown

    bool empty() const { return !task && printed.empty() && !over && !more; }
};

class Follower {
public:
    enum class Show { states, all };
    // Throws Error{not_found} for an unknown task.
    Follower(Store const& store, engine::Engine& engine, std::string task_id, Cursor from, Show show = Show::all);

    // Returns what is new since the last call, in bounded parts.
    News next();
    // Calls `wake` once when there may be more; immediately if there was between the last next() and now.
    void wait(std::function<void()> wake);

private:
    struct View {
        std::optional<store::Task> task;
        std::optional<store::NumberedChunk> chunk; // the next one
        std::vector<store::Attempt> attempts;      // open ones, and those of the cursor and the chunk
    };
    View look() const;
    void read_chunks(News& news, View& view);
    void read_chunk(News& news, View const& view);
    void read_open(News& news, View const& view);
    void show(News& news, store::Attempt const& attempt, engine::LogRecord const& record);
    void close(News& news, store::Attempt const& attempt);
    void add(News& news, store::Attempt const& attempt, std::string_view category, base::Time at, std::string bytes);

    Store const& store_;
    engine::Engine& engine_;
    std::string task_id_;
    Cursor cursor_;
    Show show_;
    std::optional<StepTitles> titles_;
    std::int64_t last_open_ = 0; // number of the open attempt that was read last: others come first
    std::uint64_t seen_ = 0;
    std::string returned_; // the state that was returned last
};

} // namespace stepwell::operations
