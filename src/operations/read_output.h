// The output of tasks, as streams that are read part by part.
#pragma once
#include "engine/read_log.h"
#include "operations/documents.h"
#include "operations/step_titles.h"

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

// The log of all attempts as text: a head, then lines such as `HH:MM:SS   Category |   message`. A line of more than 64
// KiB ends early and continues on a line of its own if the other stream prints a line meanwhile.
class TaskText {
public:
    TaskText(Store const& store, engine::Engine const& engine, store::Task task);
    // Returns the next chunk, some 128 KiB and sometimes none; nullopt at the end.
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
    std::optional<engine::LogStream> open_; // stream of the line at the end of text_ that has not ended
    std::string text_;
};

// The bytes that an attempt printed, both streams in the order in which they were read.
class StepOutput {
public:
    StepOutput(engine::Engine const& engine, store::Attempt const& attempt);
    std::optional<std::string> next();

private:
    engine::LogReader reader_;
    std::uint64_t sequence_ = 1;
};

constexpr std::size_t max_shown_line = 16u << 10;   // bytes of a line in an answer that lists lines
constexpr std::size_t max_listed_bytes = 3u << 20;  // of lines in one answer, as JSON
constexpr std::int64_t max_listed_lines = 10'000;   // in one answer, or of one step of a tree
// Returns about how many bytes a line takes in an answer.
std::size_t listed_size(std::string_view utf8);

struct NumberedLine {
    std::int64_t number;
    base::Time at;
    std::string category, text; // text in UTF-8
    bool is_cut = false;        // the line is longer than max_shown_line
};
struct NumberedLines {
    std::vector<NumberedLine> lines;
    std::int64_t next = 0; // where to continue
};
// Returns lines `from` to `from + count` (counted from 0) of an attempt, or fewer if they exceed max_listed_bytes.
// Takes the same time everywhere in a log of any length.
NumberedLines read_lines(engine::Engine const& engine, store::Attempt const& attempt, std::int64_t from,
                         std::int64_t count);

// The tasks that a waiting task waits for, and why it waits.
struct QueuedBehind {
    std::vector<store::Task> tasks;
    std::string reason;
};
QueuedBehind queued_behind(Store const& store, engine::Engine& engine, std::string const& task_id);

} // namespace stepwell::operations
