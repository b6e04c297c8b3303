#include "engine/read_log.h"

#include "base/error.h"
#include "base/utf8.h"
#include "run/spool.h"

namespace stepwell::engine {

namespace {

std::string_view category_of(run::Record const& record) {
    if (record.kind == run::RecordKind::marker) return "Warning";
    switch (record.level) {
    case run::Level::standard: return "Info";
    case run::Level::verbose: return "Verbose";
    case run::Level::warning: return "Warning";
    case run::Level::highlight: return "Highlight";
    case run::Level::wait: return "Wait";
    case run::Level::error: return "Error";
    }
    return "Info";
}

LogRecord::Kind kind_of(run::Record const& record) {
    switch (record.kind) {
    case run::RecordKind::output: return LogRecord::Kind::output;
    case run::RecordKind::marker: return LogRecord::Kind::marker;
    case run::RecordKind::message:
    case run::RecordKind::sealed: return LogRecord::Kind::hidden;
    }
    return LogRecord::Kind::hidden;
}

LogRecord to_log_record(run::Record const& record) {
    auto const stream = record.stream == run::Stream::err ? LogStream::err : LogStream::out;
    return {kind_of(record), stream, category_of(record), record.at, record.sequence, record.bytes};
}

} // namespace

void for_each_log_record(std::string_view records, std::function<void(LogRecord const&)> const& use) {
    run::for_each_record(records, [&](run::Record const& record) { use(to_log_record(record)); });
}

void LineMaker::add(LogRecord const& record) {
    switch (record.kind) {
    case LogRecord::Kind::output: return add_output(record);
    case LogRecord::Kind::marker: return use_({record.at, record.category, record.stream, std::string(record.bytes)});
    case LogRecord::Kind::hidden: return;
    }
}

void LineMaker::add_output(LogRecord const& record) {
    auto& open = open_[std::size_t(record.stream)];
    auto rest = record.bytes;
    while (!rest.empty()) {
        if (!open.any) open = {true, {record.at, record.category, record.stream, {}}};
        auto end = rest.find('\n');
        append(open.line, rest.substr(0, end));
        if (end == std::string_view::npos) return;
        use_(std::move(open.line));
        open = {};
        rest.remove_prefix(end + 1);
    }
}

void LineMaker::append(LogLine& line, std::string_view bytes) {
    if (line.is_cut) return;
    while (bytes.size() > max_bytes_ - line.text.size()) {
        auto room = max_bytes_ - line.text.size();
        line.text += bytes.substr(0, room);
        bytes.remove_prefix(room);
        if (long_line_ == LongLine::cut) {
            line.text.resize(base::first_bytes(line.text, line.text.size() - 1).size());
            line.is_cut = true;
            return;
        }
        use_({line.at, line.category, line.stream, std::exchange(line.text, {}), line.begins, false});
        line.begins = false;
    }
    line.text += bytes;
}

void LineMaker::end() {
    for (auto& open : open_)
        if (open.any) use_(std::move(std::exchange(open, {}).line));
}

bool LineMaker::is_past_cut() const {
    return std::ranges::any_of(open_, [](Open const& open) { return open.any && open.line.is_cut; });
}

namespace {

// Returns `records` from `sequence` on. The first record of a chunk may be earlier.
std::string cut_before(std::string records, std::uint64_t sequence) {
    std::size_t begin = 0;
    bool found = false;
    run::for_each_record(records, [&](run::Record const& record) {
        if (found) return;
        if (record.sequence >= sequence)
            found = true;
        else
            begin = std::size_t(record.bytes.data() + record.bytes.size() - records.data());
    });
    return found ? (begin == 0 ? std::move(records) : records.substr(begin)) : std::string();
}

} // namespace

std::string LogReader::read(std::uint64_t& sequence) const {
    for (int tries = 0; tries < 2; ++tries) {
        auto chunk = store_.read([&](store::Session& session) {
            return store::find_log_chunk(session, task_id_, attempt_, std::int64_t(sequence));
        });
        if (chunk) {
            auto records = cut_before(std::move(chunk->records), sequence);
            sequence = std::uint64_t(chunk->next_sequence);
            return records;
        }
        if (!worker_ || ticket_.empty()) return {};
        auto page = worker_->read(ticket_, sequence, 256u << 10);
        bool gap = false;
        bool first = true;
        run::for_each_record(page.bytes, [&](run::Record const& record) {
            if (std::exchange(first, false)) gap = record.sequence != sequence;
        });
        // A chunk may have moved from the spool to the store between the two reads.
        if (page.bytes.empty() || gap) continue;
        sequence = page.next_sequence;
        return std::move(page.bytes);
    }
    return {};
}

bool LogReader::read_records(std::uint64_t& sequence, std::function<void(LogRecord const&)> const& use) const {
    auto records = read(sequence);
    for_each_log_record(records, use);
    return !records.empty();
}

LogReader::Start LogReader::start_of_line(std::int64_t line) const {
    if (line <= 0) return {};
    // One line earlier, because a chunk may begin within a line.
    auto chunk = store_.read(
        [&](store::Session& session) { return store::find_log_chunk_of_line(session, task_id_, attempt_, line - 1); });
    return chunk ? Start{std::uint64_t(chunk->first_sequence), chunk->first_line} : Start{};
}

LogReader::Start LogReader::start_of_tail(std::int64_t line, std::int64_t max_bytes) const {
    auto chunk = store_.read([&](store::Session& session) {
        return store::find_log_tail(session, task_id_, attempt_, line - 1, max_bytes);
    });
    if (!chunk) return {};
    // A chunk that contains an earlier line contains the beginning of this one.
    return {std::uint64_t(chunk->first_sequence), chunk->first_line,
            chunk->first_sequence > 1 && chunk->first_line >= line};
}

std::optional<LogRecord> RecordReader::next() {
    if (begin_ == records_.size()) {
        records_ = reader_.read(sequence_);
        begin_ = 0;
        if (records_.empty()) return std::nullopt;
    }
    auto decoded = run::decode_record(std::string_view(records_).substr(begin_));
    if (decoded.found != run::Found::record) throw base::Error(base::Kind::internal, "a chunk of a log is damaged");
    begin_ += decoded.size;
    return to_log_record(decoded.record);
}

} // namespace stepwell::engine
