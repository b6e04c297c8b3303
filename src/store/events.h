// The audit: appended in the transaction of the change it tells of, hash-chained, found by document.
#pragma once
#include "domain/event.h"
#include "domain/noun.h"
#include "store/store.h"

namespace stepwell::store {

struct Draft;

// An event with its body and digest made, ready for the writer, who gives it a number and the hash.
struct PreparedEvent {
    std::string category, user_id, space_id;
    Time occurred;
    std::vector<std::string> related;
    std::string body;   // JSON as on the wire, without Id and Links
    std::string digest; // SHA-256 of body
};
PreparedEvent prepare_event(domain::Actor const& actor, Time occurred, domain::Event const& event);

// "Environment Test was created"; with `before` (its JSON) "modified", and the difference is told.
PreparedEvent document_event(domain::Actor const& actor, Time occurred, Draft const& draft, std::string const& before);
// "Environment Test was deleted"; by the id instead of the name if `json`, the document, is empty. `rest` follows.
PreparedEvent deletion_event(domain::Actor const& actor, Time occurred, std::string_view noun, std::string const& id,
                             std::string const& space_id, std::string const& json = {}, std::string_view rest = {});

void append_event(Transaction& transaction, PreparedEvent const& event);

struct StoredEvent {
    std::int64_t number = 0; // of its id; ascending over all chains
    std::string space_id, body;
};
struct EventQuery {
    std::vector<std::string> spaces; // none: every space
    bool include_system = true;      // those of no space
    std::vector<std::string> categories, users, document_types, ids;
    std::vector<std::string> regarding, regarding_any;
    std::optional<Time> from, to;
    std::optional<std::int64_t> from_number, to_number;
    std::int64_t skip = 0, take = 30;
};
struct ListedEvents {
    std::int64_t total = 0;
    std::vector<StoredEvent> items;
};
ListedEvents list_events(Session& session, EventQuery const& query);
// The same, but only their numbers: for lists that may be long.
ListedNumbers list_event_numbers(Session& session, EventQuery const& query);
std::optional<StoredEvent> find_event(Session& session, std::int64_t number);

struct BrokenChain {
    std::int64_t sequence;
    std::string reason;
};
// The last event of this node's chain.
ChainHead find_chain_head(Session& session);
// Walks the chain. Returns nullopt if it holds, else the first number that does not, and why.
std::optional<BrokenChain> verify_events(Session& session);
// The same for up to `limit` events after `head`, which moves to the last one that holds.
std::optional<BrokenChain> verify_events(Session& session, ChainHead& head, std::int64_t limit);
std::string chain_hash(std::string_view previous, std::int64_t sequence, std::string_view digest);

} // namespace stepwell::store
