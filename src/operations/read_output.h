// What tasks printed, as streams that are read piece by piece.
#pragma once
#include "engine/read_log.h"
#include "operations/documents.h"

namespace stepwell::engine {
class Engine;
}

namespace stepwell::operations {

// The log of all steps as text: a head, then `HH:MM:SS   Category |   message` line by line.
class TaskText {
public:
    TaskText(Store const& store, engine::Engine& engine, store::Task task);
    // The next piece, some 128 KiB; nothing at the end.
    std::optional<std::string> next();

private:
    void step();
    void begin(store::Attempt const& attempt);
    void add(base::Time at, std::string_view category, std::string_view message);

    Store const& store_;
    engine::Engine& engine_;
    store::Task task_;
    std::vector<store::Attempt> attempts_;
    std::size_t at_ = 0;
    bool ended_ = false;
    std::uint64_t sequence_ = 1;
    std::optional<engine::LogReader> reader_;
    std::optional<engine::LineMaker> lines_;
    std::string text_;
};

// Exactly the bytes a step printed, both streams as they came.
class StepOutput {
public:
    StepOutput(Store const& store, engine::Engine& engine, store::Attempt const& attempt);
    std::optional<std::string> next();

private:
    engine::LogReader reader_;
    std::uint64_t sequence_ = 1;
};

// Lines `from` to `from + count` (counted from 0) of a step; costs the same anywhere in a log of any length.
struct NumberedLine {
    std::int64_t number;
    base::Time at;
    std::string category, text;
};
std::vector<NumberedLine> read_lines(Store const& store, engine::Engine& engine, store::Attempt const& attempt,
                                     std::int64_t from, std::int64_t count);

// Why a waiting task waits, and for which.
struct Behind {
    std::vector<store::Task> tasks;
    std::string reason;
};
Behind queued_behind(Store const& store, engine::Engine& engine, std::string const& task_id);

} // namespace stepwell::operations
