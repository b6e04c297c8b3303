// Takes what a script printed from the worker's spool towards the store: pieces of whole records, and what their
// service messages say.
#pragma once
#include "engine/live_task.h"

namespace stepwell::engine {

// One piece, ready to be written.
struct Collected {
    store::LogChunk chunk;
    std::string compressed;
    bool replaces = false; // pieces in the store that it holds too
};

// The next piece of an attempt's log; nothing when the spool has no more for now. Moves the attempt's counters on and
// adds outputs to it; the caller commits both together, then acknowledges.
std::optional<Collected> collect_piece(store::Store const& store, run::Worker& worker, store::Attempt& attempt);

void insert_piece(store::Session& session, store::Attempt const& attempt, Collected const& piece);
// A log that fits into one piece becomes one, however slowly it came.
Collected merged_with_small_ones(store::Store const& store, store::Attempt const& attempt, Collected last);

// Outputs of an attempt, revealed.
std::vector<domain::Output> outputs_of(store::Store const& store, store::Attempt const& attempt);

} // namespace stepwell::engine
