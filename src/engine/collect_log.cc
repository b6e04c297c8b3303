#include "engine/collect_log.h"

#include "base/error.h"
#include "engine/make_order.h"
#include "run/service_message.h"
#include "run/spool.h"
#include "store/sealed.h"

#include <boost/json.hpp>

namespace stepwell::engine {

namespace json = boost::json;

namespace {

constexpr std::size_t piece_bytes = 256u << 10;

void set_output(store::Store const& store, store::Attempt& attempt, std::string_view name, std::string_view value,
                bool sensitive) {
    if (name.empty()) return;
    auto const key = base::to_utf8(name); // a script may say any bytes; what is stored is JSON
    auto outputs = base::parse_json(attempt.outputs).as_object();
    json::object entry;
    if (sensitive)
        entry["Sealed"] = base::to_hex(base::seal(store.key(), value, store::owner_of_output(attempt.ticket, key)));
    else
        entry["Value"] = base::to_utf8(value);
    outputs[key] = std::move(entry);
    attempt.outputs = base::to_text(base::Json(std::move(outputs)));
}

// What messages mean for the server. Those it does not know mean nothing to it; they stay in the log.
void obey(store::Store const& store, store::Attempt& attempt, std::string_view message, bool sealed) {
    run::AttributeReader reader(message);
    auto name = reader.message_name();
    if (run::equal_names(name, "setVariable")) {
        auto sensitive = sealed || run::equal_names(run::attribute_of(message, "sensitive"), "true");
        set_output(store, attempt, run::attribute_of(message, "name"), run::attribute_of(message, "value"), sensitive);
    } else if (run::equal_names(name, "resultMessage") && !sealed) {
        attempt.reason = base::to_utf8(run::attribute_of(message, "message"));
    }
}

void obey_record(store::Store const& store, store::Attempt& attempt, run::Record const& record) {
    if (record.level == run::Level::warning) attempt.warnings = true;
    if (record.kind == run::RecordKind::message) return obey(store, attempt, record.bytes, false);
    if (record.kind != run::RecordKind::sealed) return;
    // The script may have been started before the key was replaced.
    for (auto const& key : store.key().all())
        if (auto plain = base::open_box(box_keys_of(key, attempt.ticket), record.bytes))
            return obey(store, attempt, *plain, true);
}

} // namespace

std::optional<Collected> collect_piece(store::Store const& store, run::Worker& worker, store::Attempt& attempt) {
    auto page = worker.read(attempt.ticket, std::uint64_t(attempt.next_sequence), piece_bytes);
    if (page.bytes.empty()) return std::nullopt;
    Collected collected;
    auto& chunk = collected.chunk;
    chunk.first_sequence = attempt.next_sequence;
    chunk.first_line = attempt.lines;
    run::for_each_record(page.bytes, [&](run::Record const& record) {
        chunk.lines += record.lines;
        obey_record(store, attempt, record);
    });
    chunk.next_sequence = std::int64_t(page.next_sequence);
    chunk.records = std::move(page.bytes);
    collected.compressed = store::compress_records(chunk.records);
    attempt.next_sequence = chunk.next_sequence;
    attempt.lines += chunk.lines;
    attempt.log_bytes += std::int64_t(chunk.records.size());
    return collected;
}

void insert_piece(store::Session& session, store::Attempt const& attempt, Collected const& piece) {
    if (piece.replaces)
        store::merge_log_chunks(session, attempt.task_id, attempt.position, piece.chunk, piece.compressed);
    else
        store::insert_log_chunk(session, attempt.task_id, attempt.position, piece.chunk, piece.compressed);
}

Collected merged_with_small_ones(store::Store const& store, store::Attempt const& attempt, Collected last) {
    if (last.chunk.first_sequence == 1 || attempt.log_bytes > std::int64_t(piece_bytes)) return last;
    store::LogChunk all;
    store.read([&](store::Session& session) {
        for (std::int64_t at = 1; at < last.chunk.first_sequence;) {
            auto chunk = store::find_log_chunk(session, attempt.task_id, attempt.position, at);
            if (!chunk)
                throw base::Error(base::Kind::internal, "a piece of the log of " + attempt.task_id + " is missing");
            all.records += chunk->records;
            all.lines += chunk->lines;
            at = chunk->next_sequence;
        }
    });
    all.records += last.chunk.records;
    all.lines += last.chunk.lines;
    all.next_sequence = last.chunk.next_sequence;
    auto compressed = store::compress_records(all.records);
    return {std::move(all), std::move(compressed), true};
}

std::vector<domain::Output> outputs_of(store::Store const& store, store::Attempt const& attempt) {
    std::vector<domain::Output> outputs;
    auto all = base::parse_json(attempt.outputs);
    for (auto const& entry : all.as_object()) {
        std::string name(entry.key());
        if (auto value = base::find_member(entry.value(), "Value")) {
            outputs.push_back({name, std::string(value->get_string()), false});
        } else if (auto sealed = base::find_member(entry.value(), "Sealed")) {
            auto plain =
                base::open_sealed(store.key(), base::from_hex(std::string_view(sealed->get_string())).value_or(""),
                                  store::owner_of_output(attempt.ticket, name));
            if (plain) outputs.push_back({name, *plain, true});
        }
    }
    if (attempt.code && (attempt.ending == "exited" || attempt.ending == "error_output"))
        outputs.push_back({"Octopus.Action.Script.ExitCode", std::to_string(*attempt.code), false});
    return outputs;
}

} // namespace stepwell::engine
