// Moves the output of a script from the worker's spool to the store: chunks of whole records, and the output variables
// that service messages set.
#pragma once
#include "engine/live_task.h"

namespace stepwell::engine {

// A chunk, ready to be written.
struct Collected {
    store::LogChunk chunk;
    std::string compressed;
    bool replaces = false; // chunks in the store whose records it holds too
};

// The chunks and outputs of one turn, ready to be written in one transaction.
struct Haul {
    std::vector<Collected> chunks;
    std::vector<store::StepOutput> outputs;
    bool is_all = false; // the spool has no more for now
};

// Reads at most about 1 MiB of an attempt's log. Updates the attempt's counters and `outputs`. The caller commits the
// haul with the attempt, then acknowledges it to the worker. After a failed commit the same records may be collected
// again.
Haul collect_log(store::Store const& store, run::Worker& worker, store::Attempt& attempt, StepOutputs& outputs);

// Writes a haul and its attempt: SQL only.
void write_haul(store::Session& session, store::Attempt const& attempt, Haul const& haul);
// Merges all chunks of a log that fits into one, as part of the attempt's last haul.
void merge_small_chunks(store::Store const& store, store::Attempt const& attempt, Haul& last);

} // namespace stepwell::engine
