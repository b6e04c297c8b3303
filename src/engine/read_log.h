// Reads the log of an attempt by sequence: committed chunks from the store, the newest records from the worker's spool.
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
        hidden, // not shown to people, such as a service message
    };
    Kind kind = Kind::output;
    LogStream stream = LogStream::out;
    std::string_view category = "Info"; // Info, Verbose, Warning, Error, Highlight or Wait, as in the API
    base::Time at;
    std::uint64_t sequence = 0;
    std::string_view bytes;
};

// Calls `use` for each record of a committed chunk.
void for_each_log_record(std::string_view records, std::function<void(LogRecord const&)> const& use);

// One line as shown to people, or a part of one. Output that ends without a newline is a line too.
struct LogLine {
    base::Time at;
    std::string_view category = "Info"; // as in LogRecord
    LogStream stream = LogStream::out;
    std::string text;    // bytes as printed, without the newline
    bool begins = true;  // false: a further part of a line
    bool ends = true;    // false: further parts of the line follow
    bool is_cut = false; // the line is longer than `text`
};

// Joins records into lines, each stream by itself. Holds at most `max_bytes` of each stream.
class LineMaker {
public:
    // A line longer than `max_bytes` is passed on in parts as they come, or is cut to its beginning.
    enum class LongLine { split, cut };
    static constexpr std::size_t max_part = 64u << 10;

    using Use = std::function<void(LogLine&&)>;
    explicit LineMaker(Use use, LongLine long_line = LongLine::split, std::size_t max_bytes = max_part)
        : use_(std::move(use)), long_line_(long_line), max_bytes_(max_bytes) {}
    void add(LogRecord const& record);
    void end(); // passes on lines that have no newline yet
    // Returns true if a line has been cut and has not ended. The rest of that line is ignored.
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
    // With a null worker it reads committed records only.
    LogReader(store::Store const& store, run::Worker* worker, store::Attempt const& attempt)
        : store_(store), worker_(worker), task_id_(attempt.task_id), ticket_(attempt.ticket), attempt_(attempt.number) {
    }

    // Returns whole records from `sequence` on, as bytes, about 256 KiB; empty if there are none (yet). Sets `sequence`
    // to the one that follows them.
    std::string read(std::uint64_t& sequence) const;
    // Calls `use` for each of these records. Returns false if there were none.
    bool read_records(std::uint64_t& sequence, std::function<void(LogRecord const&)> const& use) const;

    // A position to read from, and the number of the first line that begins there.
    struct Start {
        std::uint64_t sequence = 1;
        std::int64_t line = 0;
        bool in_line = false; // that line may have begun earlier
    };
    // Returns where to begin reading to get line `line` (from 0) of the attempt. One look-up, whatever the length of
    // the log.
    Start start_of_line(std::int64_t line) const;
    // Returns where to begin reading to get line `line` and the following ones, but at most about `max_bytes` of
    // committed records. Searches from the end of the log.
    Start start_of_tail(std::int64_t line, std::int64_t max_bytes) const;

private:
    store::Store const& store_;
    run::Worker* worker_;
    std::string task_id_;
    run::Ticket ticket_;
    std::int64_t attempt_; // its number
};

// Reads the records of a log one by one.
class RecordReader {
public:
    explicit RecordReader(LogReader reader) : reader_(std::move(reader)) {}

    // Returns nullopt if there is no further record (yet). A record is valid until the next call.
    std::optional<LogRecord> next();

private:
    LogReader reader_;
    std::uint64_t sequence_ = 1;
    std::string records_;   // read
    std::size_t begin_ = 0; // of the records that were not returned yet
};

} // namespace stepwell::engine
