// Reading the log of an attempt by sequence: committed pieces from the store, the newest from the worker's spool.
#pragma once
#include "run/contract.h"
#include "store/runs.h"

namespace stepwell::engine {

enum class LogStream { out, err };

// A record of a log. Views the bytes that were read.
struct LogRecord {
    enum class Kind {
        output,
        marker, // a sentence of the supervisor
        hidden, // for the server alone, such as a service message
    };
    Kind kind = Kind::output;
    LogStream stream = LogStream::out;
    std::string_view category = "Info"; // Info, Verbose, Warning, Error, Highlight or Wait: the words of the wire
    base::Time at;
    std::uint64_t sequence = 0;
    std::string_view bytes;
};

// One line as people see it, or a part of one. Output that ends without a newline is a line too.
struct LogLine {
    base::Time at;
    std::string_view category = "Info"; // as in LogRecord
    LogStream stream = LogStream::out;
    std::string text;    // bytes as printed, without the newline
    bool begins = true;  // false: a further part of a line
    bool ends = true;    // false: further parts of the line follow
    bool is_cut = false; // the line is longer than `text`
};

// Makes lines of records. Joins each stream by itself. Holds at most `max_bytes` of each stream, however long its line.
class LineMaker {
public:
    // How a line longer than `max_bytes` is passed on: in parts as they come, or its beginning alone when it ends.
    enum class LongLine { split, cut };
    static constexpr std::size_t max_part = 64u << 10;

    using Use = std::function<void(LogLine&&)>;
    explicit LineMaker(Use use, LongLine long_line = LongLine::split, std::size_t max_bytes = max_part)
        : use_(std::move(use)), long_line_(long_line), max_bytes_(max_bytes) {}
    void add(LogRecord const& record);
    void end(); // what is left without a newline
    // Returns true if a line has been cut and has not ended: nothing up to its end adds to it.
    bool is_past_cut() const;

private:
    struct Open {
        bool any = false;
        LogLine line;
    };
    void add_output(LogRecord const& record);
    void append(LogLine& line, std::string_view bytes);
    Use use_;
    LongLine long_line_;
    std::size_t max_bytes_;
    Open open_[2];
};

class LogReader {
public:
    // `worker` may be null: only what is committed.
    LogReader(store::Store const& store, run::Worker* worker, store::Attempt const& attempt)
        : store_(store), worker_(worker), task_id_(attempt.task_id), ticket_(attempt.ticket),
          position_(attempt.position) {}

    // Whole records from `sequence` on, as bytes, some 256 KiB; empty when there are none (yet). Moves `sequence`
    // behind them.
    std::string read(std::uint64_t& sequence) const;
    // The same as records; false when there were none.
    bool read_records(std::uint64_t& sequence, std::function<void(LogRecord const&)> const& use) const;

    // A point to read from, and the number of the line that begins in it first.
    struct Start {
        std::uint64_t sequence = 1;
        std::int64_t line = 0;
        bool in_line = false; // that line may have begun earlier
    };
    // Where to begin reading so as to see line `line` (from 0) of the attempt. One look-up, however long the log.
    Start start_of_line(std::int64_t line) const;
    // Where to begin reading so as to see line `line` and what follows, but at most about `max_bytes` of what is
    // committed. Looks from the end of the log.
    Start start_of_tail(std::int64_t line, std::int64_t max_bytes) const;

private:
    store::Store const& store_;
    run::Worker* worker_;
    std::string task_id_;
    run::Ticket ticket_;
    std::int64_t position_;
};

// The records of a log one by one, for a reader that may stop after any of them.
class RecordReader {
public:
    explicit RecordReader(LogReader reader) : reader_(std::move(reader)) {}

    // Returns nullopt if there is no further record (yet). A record is valid until the next call.
    std::optional<LogRecord> next();

private:
    LogReader reader_;
    std::uint64_t sequence_ = 1;
    std::string records_;   // read
    std::size_t begin_ = 0; // of what was not returned yet
};

} // namespace stepwell::engine
