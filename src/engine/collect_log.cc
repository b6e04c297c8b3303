#include "engine/collect_log.h"

#include "base/error.h"
#include "base/utf8.h"
#include "engine/make_order.h"
#include "run/output_filter.h"
#include "run/service_message.h"
#include "run/spool.h"

namespace stepwell::engine {

namespace {

constexpr std::size_t chunk_bytes = 256u << 10;
constexpr std::size_t turn_bytes = 1u << 20; // maximum bytes of one log before other logs are collected

std::string const limit_of_value =
    std::to_string(run::max_value_bytes >> 10) + " KiB, which is the limit of a value";

class Collector {
public:
    Collector(store::Store const& store, run::Worker& worker, store::Attempt& attempt, StepOutputs& outputs)
        : store_(store), worker_(worker), attempt_(attempt), outputs_(outputs) {}

    // Returns the next chunk; nullopt if the spool has no more at present.
    std::optional<Collected> next() {
        auto page = worker_.read(attempt_.ticket, std::uint64_t(attempt_.next_sequence), chunk_bytes);
        if (page.bytes.empty()) return std::nullopt;
        Collected collected;
        auto& chunk = collected.chunk;
        chunk.first_sequence = attempt_.next_sequence;
        chunk.first_line = attempt_.lines;
        run::for_each_record(page.bytes, [&](run::Record const& record) {
            chunk.lines += record.lines;
            obey(record);
        });
        chunk.next_sequence = std::int64_t(page.next_sequence);
        chunk.records = std::move(page.bytes);
        collected.compressed = store::compress_records(chunk.records);
        attempt_.next_sequence = chunk.next_sequence;
        attempt_.lines += chunk.lines;
        attempt_.log_bytes += std::int64_t(chunk.records.size());
        return collected;
    }

private:
    void obey(run::Record const& record) {
        if (record.level == run::Level::warning) attempt_.warnings = true;
        if (record.kind == run::RecordKind::message) return obey(record.bytes, false);
        if (record.kind == run::RecordKind::marker && record.bytes.starts_with(run::dropped_message))
            return fail("a service message was longer than " + limit_of_value);
        if (record.kind != run::RecordKind::sealed) return;
        // The script may have been started before the encryption key was replaced.
        for (auto const& key : store_.key().all())
            if (auto plain = base::open_box(box_keys_of(key, attempt_.ticket), record.bytes)) return obey(*plain, true);
    }

    // Executes the messages that the server supports. Other messages only stay in the log.
    void obey(std::string_view message, bool is_sealed) {
        run::AttributeReader reader(message);
        auto name = reader.message_name();
        if (run::equal_names(name, "setVariable")) {
            set_output(message, is_sealed || run::equal_names(run::attribute_of(message, "sensitive"), "true"));
        } else if (run::equal_names(name, "resultMessage") && !is_sealed && !attempt_.passed_limit()) {
            attempt_.reason = base::to_utf8(run::attribute_of(message, "message"));
        }
    }

    void set_output(std::string_view message, bool is_sensitive) {
        auto name = base::to_utf8(run::attribute_of(message, "name")); // a script may print any bytes
        if (name.empty()) return;
        auto value = run::attribute_of(message, "value");
        if (value.size() > run::max_value_bytes) // a message may be slightly larger
            return fail("the value of the output variable '" + name + "' is longer than " + limit_of_value);
        auto refusal = outputs_.set(std::move(name), is_sensitive ? std::string(value) : base::to_utf8(value),
                                    is_sensitive);
        if (!refusal.empty()) fail(std::move(refusal));
    }

    // Makes the step fail at its end. Its script continues.
    void fail(std::string why) {
        if (attempt_.passed_limit()) return;
        attempt_.ending = domain::AttemptEnding::limit_passed;
        attempt_.reason = std::move(why);
    }

    store::Store const& store_;
    run::Worker& worker_;
    store::Attempt& attempt_;
    StepOutputs& outputs_;
};

} // namespace

Haul collect_log(store::Store const& store, run::Worker& worker, store::Attempt& attempt, StepOutputs& outputs) {
    Haul haul;
    Collector collector(store, worker, attempt, outputs);
    for (std::size_t taken = 0; taken < turn_bytes;) {
        auto chunk = collector.next();
        if (!chunk) {
            haul.is_all = true;
            break;
        }
        taken += chunk->chunk.records.size();
        haul.chunks.push_back(std::move(*chunk));
    }
    haul.outputs = outputs.take_changes(store);
    return haul;
}

void write_haul(store::Session& session, store::Attempt const& attempt, Haul const& haul) {
    for (auto const& each : haul.chunks)
        if (each.replaces)
            store::merge_log_chunks(session, attempt.task_id, attempt.number, each.chunk, each.compressed);
        else
            store::insert_log_chunk(session, attempt.task_id, attempt.number, each.chunk, each.compressed);
    store::put_step_outputs(session, attempt.task_id, attempt.number, haul.outputs);
    store::update_attempt(session, attempt);
}

void merge_small_chunks(store::Store const& store, store::Attempt const& attempt, Haul& last) {
    if (last.chunks.empty() || attempt.log_bytes > std::int64_t(chunk_bytes)) return;
    auto const first = last.chunks.front().chunk.first_sequence;
    if (first == 1 && last.chunks.size() == 1) return;
    store::LogChunk all;
    store.read([&](store::Session& session) {
        for (std::int64_t at = 1; at < first;) {
            auto chunk = store::find_log_chunk(session, attempt.task_id, attempt.number, at);
            if (!chunk)
                throw base::Error(base::Kind::internal, "a chunk of the log of " + attempt.task_id + " is missing");
            all.records += chunk->records;
            all.lines += chunk->lines;
            at = chunk->next_sequence;
        }
    });
    for (auto const& [chunk, compressed, replaces] : last.chunks) {
        all.records += chunk.records;
        all.lines += chunk.lines;
        all.next_sequence = chunk.next_sequence;
    }
    auto compressed = store::compress_records(all.records);
    last.chunks.clear();
    last.chunks.push_back({std::move(all), std::move(compressed), true});
}

} // namespace stepwell::engine
