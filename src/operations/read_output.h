// What tasks printed, as streams that are read piece by piece.
#pragma once
#include "engine/read_log.h"
#include "operations/documents.h"

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

// The log of all steps as text: a head, then `HH:MM:SS   Category |   message` line by line. A line of more than 64 KiB
// ends early, and continues under a head of its own, where the other stream prints a line meanwhile.
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
    std::vector<store::Attempt> attempts_;
    std::size_t at_ = 0;
    bool ended_ = false;
    std::optional<engine::RecordReader> reader_;
    std::optional<engine::LineMaker> lines_;
    std::optional<engine::LogStream> open_; // stream of the line at the end of text_ that has not ended
    std::string text_;
};

// Exactly the bytes a step printed, both streams as they came.
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
// Bytes that a line takes in an answer, about.
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
// Lines `from` to `from + count` (counted from 0) of a step, as many of them as one answer holds; costs the same
// anywhere in a log of any length.
NumberedLines read_lines(engine::Engine const& engine, store::Attempt const& attempt, std::int64_t from,
                         std::int64_t count);

// Why a waiting task waits, and for which.
struct Behind {
    std::vector<store::Task> tasks;
    std::string reason;
};
Behind queued_behind(Store const& store, engine::Engine& engine, std::string const& task_id);

} // namespace stepwell::operations
