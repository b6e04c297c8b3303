// Takes what a script printed from the worker's spool towards the store: chunks of whole records, and what their
// service messages say.
#pragma once
#include "engine/live_task.h"

namespace stepwell::engine {

// A chunk, ready to be written.
struct Collected {
    store::LogChunk chunk;
    std::string compressed;
    bool replaces = false; // chunks in the store that it holds too
};

// What one turn took, ready to be written in one transaction.
struct Haul {
    std::vector<Collected> chunks;
    std::vector<store::StepOutput> outputs;
    bool is_all = false; // the spool has no more for now
};

// Takes a bounded amount of an attempt's log. Moves the attempt's counters on and sets `outputs`; the caller commits
// the haul with the attempt, then acknowledges. The same records again, after a commit that failed, do no harm.
Haul collect_log(store::Store const& store, run::Worker& worker, store::Attempt& attempt, StepOutputs& outputs);

void write_haul(store::Session& session, store::Attempt const& attempt, Haul const& haul);
// Of a log that fits into one chunk, makes one, however slowly it came.
void merge_small_chunks(store::Store const& store, store::Attempt const& attempt, Haul& last);

} // namespace stepwell::engine
