// The output of tasks as streams, which are read in parts.
#pragma once
#include "engine/read_log.h"
#include "operations/documents.h"
#include "operations/step_titles.h"

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

// The log of all attempts as text: a head, then lines such as `HH:MM:SS   Category |   message`. A line of more than 64
// KiB is split and continues on a new line if the other stream prints a line in between.
class TaskText {
public:
    TaskText(Store const& store, engine::Engine const& engine, store::Task task);
    // Returns the next chunk, of about 128 KiB; it may be empty. Returns nullopt at the end.
    std::optional<std::string> next();

private:
    void step();
    void begin(store::Attempt const& attempt);
    void add(base::Time at, std::string_view category, std::string_view message);
    void add(engine::LogLine const& line);
    void add_head(base::Time at, std::string_view category);

    engine::Engine const& engine_;
    store::Task task_;
    StepTitles titles_;
    std::vector<store::Attempt> attempts_;
    std::size_t at_ = 0;
    bool ended_ = false;
    std::optional<engine::RecordReader> reader_;
    std::optional<engine::LineMaker> lines_;
    std::optional<engine::LogStream> open_; // stream of the incomplete line at the end of text_
    std::string text_;
};

// The bytes that an attempt printed, of both streams, in the order in which they were read.
class StepOutput {
public:
    StepOutput(engine::Engine const& engine, store::Attempt const& attempt);
    std::optional<std::string> next();

private:
    engine::LogReader reader_;
    std::uint64_t sequence_ = 1;
};

constexpr std::size_t max_shown_line = 16u << 10;   // bytes of a line in an answer that lists lines
constexpr std::size_t max_listed_bytes = 3u << 20;  // bytes of all lines in one answer, as JSON
constexpr std::int64_t max_listed_lines = 10'000;   // lines in one answer, or of one step of a tree
// Returns the approximate number of bytes of a line in an answer.
std::size_t listed_size(std::string_view utf8);

struct NumberedLine {
    std::int64_t number;
    base::Time at;
    std::string category, text; // `text` is UTF-8
    bool is_cut = false;        // the line is longer than max_shown_line
};
struct NumberedLines {
    std::vector<NumberedLine> lines;
    std::int64_t next = 0; // number of the line after these
};
// Returns lines `from` to `from + count` (counted from 0) of an attempt, or fewer if they exceed max_listed_bytes. The
// time does not depend on the position or the length of the log.
NumberedLines read_lines(engine::Engine const& engine, store::Attempt const& attempt, std::int64_t from,
                         std::int64_t count);

// The tasks that a waiting task waits for, and the reason.
struct QueuedBehind {
    std::vector<store::Task> tasks;
    std::string reason;
};
QueuedBehind queued_behind(Store const& store, engine::Engine& engine, std::string const& task_id);

} // namespace stepwell::operations
