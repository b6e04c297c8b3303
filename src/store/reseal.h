// Replacing the key of an installation: everything sealed is sealed again, while the server works.
//
// A replacement is unfinished as long as the proof in the database is sealed with a former key, so a kill at any point
// leaves a state that the next start knows: key files first, then the seals, the proof last.
#pragma once
#include "domain/event.h"
#include "store/store.h"

namespace stepwell::store {

bool is_key_replaced_in_part(Store const& store);

struct Resealing {
    std::int64_t seen = 0;       // sealed values that were looked at
    std::int64_t resealed = 0;   // of them, with a former key
    std::int64_t unreadable = 0; // no key here opens them: left as they are
};
// One pass over everything that is sealed, in small transactions; `told` hears how far it is. Outputs of attempts that
// run are left to a later pass: the engine holds them and writes them back.
Resealing reseal(Store& store, std::function<void(Resealing const&)> const& told, std::stop_token stop);

// Tickets of attempts whose scripts may still send what only the key of their start opens.
std::vector<std::string> running_tickets(Session& session);

// Seals the proof anew, with the event, in one transaction.
void finish_key_replacement(Store& store, domain::Actor const& actor, domain::Event const& event);

} // namespace stepwell::store
