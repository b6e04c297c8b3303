// Reading the log of an attempt by sequence: committed pieces from the store, the newest from the worker's spool.
#pragma once
#include "run/contract.h"
#include "store/runs.h"

namespace stepwell::engine {

// One line as people see it. Output that ends without a newline is a line too.
struct LogLine {
    base::Time at;
    run::RecordKind kind = run::RecordKind::output;
    run::Stream stream = run::Stream::out;
    run::Level level = run::Level::standard;
    std::string text; // bytes as printed, without the newline
};

// Info, Verbose, Warning, Error, Highlight or Wait: the words of the wire.
std::string category_of(LogLine const& line);

// Makes lines of records. Streams are joined each for itself.
class LineMaker {
public:
    using Use = std::function<void(LogLine&&)>;
    explicit LineMaker(Use use) : use_(std::move(use)) {}
    void add(run::Record const& record);
    void end(); // what is left without a newline

private:
    struct Open {
        bool any = false;
        LogLine line;
    };
    void add_output(run::Record const& record);
    Use use_;
    Open open_[2];
};

class LogReader {
public:
    // `worker` may be null: only what is committed.
    LogReader(store::Store const& store, run::Worker* worker, store::Attempt const& attempt)
        : store_(store), worker_(worker), task_id_(attempt.task_id), ticket_(attempt.ticket),
          position_(attempt.position) {}

    // Whole records from `sequence` on, as bytes; empty when there are none (yet). Moves `sequence` behind them.
    std::string read(std::uint64_t& sequence) const;
    // The same as records; false when there were none.
    bool read_records(std::uint64_t& sequence, std::function<void(run::Record const&)> const& use) const;
    // Where to begin reading so as to see line `line` (from 0) of the attempt: a sequence, and the number of the line
    // that begins in it first. One look-up, however long the log.
    struct Start {
        std::uint64_t sequence = 1;
        std::int64_t line = 0;
    };
    Start start_of_line(std::int64_t line) const;
    // All there is from `sequence` on.
    void for_each(std::uint64_t sequence, std::function<void(run::Record const&)> const& use) const;

private:
    store::Store const& store_;
    run::Worker* worker_;
    std::string task_id_;
    run::Ticket ticket_;
    std::int64_t position_;
};

} // namespace stepwell::engine
