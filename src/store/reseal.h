// Rotation of the encryption key: all sealed values are sealed again while the server is running.
//
// A rotation is unfinished while the proof in the database is sealed with a former key. The order is: key files, sealed
// values, proof. So the next start recognizes the state after a kill at any point.
#pragma once
#include "domain/event.h"
#include "store/store.h"

namespace stepwell::store {

bool is_key_replaced_in_part(Store const& store);

struct Resealing {
    std::int64_t seen = 0;       // sealed values examined
    std::int64_t resealed = 0;   // of them, resealed because they used a former key
    std::int64_t unreadable = 0; // no available key opens them; unchanged
};
// Makes one pass over all sealed values in small transactions and calls `told` with the counts so far. Skips the
// outputs of running attempts: the engine holds them and would write them back.
Resealing reseal(Store& store, std::function<void(Resealing const&)> const& told, std::stop_token stop);

// Returns the tickets of attempts whose scripts may still send messages sealed to the key of their start.
std::vector<std::string> running_tickets(Session& session);

// Reseals the proof and writes the event, in one transaction.
void finish_key_replacement(Store& store, domain::Actor const& actor, domain::Event const& event);

} // namespace stepwell::store
