// Writes a log of any length directly into the store, without a script.
#pragma once
#include "run/spool_record.h"
#include "store/runs.h"

#include <algorithm>

namespace stepwell::tests {

class LogBuilder {
public:
    // Appends to the log of the attempt.
    LogBuilder(store::Session& session, store::Attempt attempt) : session_(session), attempt_(std::move(attempt)) {
        begin_chunk();
    }
    ~LogBuilder() {
        flush();
        store::update_attempt(session_, attempt_);
    }
    LogBuilder(LogBuilder const&) = delete;
    LogBuilder& operator=(LogBuilder const&) = delete;

    void print(std::string_view bytes, run::Stream stream = run::Stream::out) {
        for (std::size_t at = 0; at < bytes.size(); at += run::max_output)
            add(run::RecordKind::output, stream, bytes.substr(at, run::max_output));
    }
    // Adds `count` bytes of one character.
    void fill(char c, std::size_t count, run::Stream stream = run::Stream::out) {
        std::string const block(run::max_output, c);
        for (; count > 0; count -= std::min(count, block.size()))
            print(std::string_view(block).substr(0, count), stream);
    }
    void mark(std::string_view sentence) { add(run::RecordKind::marker, run::Stream::err, sentence); }
    void message(std::string_view bytes) { add(run::RecordKind::message, run::Stream::out, bytes); }

private:
    void add(run::RecordKind kind, run::Stream stream, std::string_view bytes) {
        auto const lines = kind == run::RecordKind::output ? run::count_lines(bytes) : 0;
        run::Record const record{std::uint64_t(attempt_.next_sequence++), kind, stream, run::Level::standard, {}, lines,
                                 bytes};
        char header[run::record_header_size];
        run::encode_header(record, header);
        chunk_.records.append(header, sizeof header).append(bytes);
        chunk_.lines += lines;
        if (chunk_.records.size() >= chunk_bytes) flush();
    }
    void begin_chunk() {
        chunk_ = {};
        chunk_.first_sequence = attempt_.next_sequence;
        chunk_.first_line = attempt_.lines;
    }
    void flush() {
        if (chunk_.records.empty()) return;
        chunk_.next_sequence = attempt_.next_sequence;
        store::insert_log_chunk(session_, attempt_.task_id, attempt_.number, chunk_,
                                store::compress_records(chunk_.records));
        attempt_.lines += chunk_.lines;
        attempt_.log_bytes += std::int64_t(chunk_.records.size());
        begin_chunk();
    }

    static constexpr std::size_t chunk_bytes = 256u << 10;
    store::Session& session_;
    store::Attempt attempt_;
    store::LogChunk chunk_;
};

} // namespace stepwell::tests
