// Follows a task: returns its state and the output of its attempts from any position on.
#pragma once
#include "engine/read_log.h"
#include "operations/documents.h"
#include "operations/step_titles.h"

#include <map>

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

// A position in the log of a task. Committed chunks are read in the order of their numbers. The logs of open attempts
// are read before they are committed. Numbers and sequences are permanent, so a client that reconnects receives the
// same bytes.
//
// As text: the number of the last chunk that was read, then for each attempt whose log continues ";attempt:sequence",
// with the sequence of the next record. "17;3:345;4:12:e2." also has the bytes of incomplete characters of standard
// output and of standard error, in hexadecimal.
struct Cursor {
    struct Position {
        std::uint64_t sequence = 1;
        // first bytes of incomplete characters, by stream; at most three bytes each
        std::array<std::string, 2> begun = {};
    };
    std::int64_t chunk = 0;
    std::map<std::int64_t, Position> attempts; // by number
};
std::string to_text(Cursor const& cursor);
std::optional<Cursor> parse_cursor(std::string_view text);

struct Printed {
    std::string next; // the cursor after this output
    std::int64_t attempt = 0;
    std::string step, name, target; // number and name of the action; for `target` see Attempt::target_name()
    std::string category;
    base::Time at;
    std::string bytes;       // from one record, including newlines; a line may be split, a character is not
    bool is_message = false; // a sentence of the server, with a newline; output may precede it on an unfinished line
};

struct News {
    std::optional<store::Task> task; // set if it changed
    std::vector<Printed> printed;
    bool over = false; // the task has ended and everything was returned
    bool more = false; // more can be read now, even if this part contains nothing to show

    bool empty() const { return !task && printed.empty() && !over && !more; }
};

class Follower {
public:
    enum class Show { states, all };
    // Throws Error{not_found} if the task does not exist.
    Follower(Store const& store, engine::Engine& engine, std::string task_id, Cursor from, Show show = Show::all);

    // Returns the news since the last call, in parts of limited size.
    News next();
    // Calls `wake` once when there may be more; immediately if something happened since the last next().
    void wait(std::function<void()> wake);

private:
    struct View {
        std::optional<store::Task> task;
        std::optional<store::NumberedChunk> chunk; // the next one
        std::vector<store::Attempt> attempts;      // open ones, and those in the cursor and in the chunk
    };
    View look() const;
    void read_chunks(News& news, View& view);
    void read_chunk(News& news, View const& view);
    void read_open(News& news, View& view);
    void show(News& news, store::Attempt const& attempt, engine::LogRecord const& record);
    void add_message(News& news, store::Attempt const& attempt, engine::LogRecord const& record);
    void close(News& news, store::Attempt const& attempt);
    void add(News& news, store::Attempt const& attempt, std::string_view category, base::Time at, std::string bytes);

    Store const& store_;
    engine::Engine& engine_;
    std::string task_id_;
    Cursor cursor_;
    Show show_;
    std::optional<StepTitles> titles_;
    std::int64_t last_open_ = 0; // number of the open attempt that was read last; the others are read first
    std::uint64_t seen_ = 0;
    std::string returned_; // the state that was returned last
};

} // namespace stepwell::operations
