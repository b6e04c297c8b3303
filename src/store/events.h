// The audit log: each event is appended in the transaction of its change. Events are hash-chained and indexed by
// document.
#pragma once
#include "domain/event.h"
#include "domain/noun.h"
#include "store/store.h"

namespace stepwell::store {

struct Draft;

// An event with body and digest. The writer adds its number and hash.
struct PreparedEvent {
    std::string category, user_id, space_id;
    Time occurred;
    std::vector<std::string> related;
    std::string body;   // JSON as in the API, without Id and Links
    std::string digest; // SHA-256 of body
};
PreparedEvent prepare_event(domain::Actor const& actor, Time occurred, domain::Event const& event);

// Creates the event "Environment Test was created"; with `before` (the previous JSON) "… was modified" with the
// difference.
PreparedEvent document_event(domain::Actor const& actor, Time occurred, Draft const& draft, std::string const& before);
// Creates the event "Environment Test was deleted". Names the document by its id if `json`, the document, is empty.
// `rest` is appended to the sentence.
PreparedEvent deletion_event(domain::Actor const& actor, Time occurred, std::string_view noun, std::string const& id,
                             std::string const& space_id, std::string const& json = {}, std::string_view rest = {});

void append_event(Transaction& transaction, PreparedEvent const& event);

struct StoredEvent {
    std::int64_t number = 0; // of its id; ascending across all chains
    std::string space_id, body;
};
// Events of a space, or of the server if `space_id` is empty, that are about one document of each list.
struct EventPart {
    std::string space_id = {};
    std::vector<std::vector<std::string>> regarding = {};
};
struct EventQuery {
    std::vector<std::string> spaces; // empty: every space
    bool include_system = true;      // include events outside any space
    std::vector<std::string> categories, users, document_types, ids;
    std::vector<std::string> regarding, regarding_any;
    std::optional<Time> from, to;
    std::optional<std::int64_t> from_number, to_number;
    std::int64_t skip = 0, take = 30;
    std::optional<std::vector<EventPart>> visible = {}; // only events in one of these parts; nullopt: all
};
struct ListedEvents {
    std::int64_t total = 0;
    std::vector<StoredEvent> items;
};
ListedEvents list_events(Session& session, EventQuery const& query);
// Like list_events(), but returns only the numbers. For lists that may be long.
ListedNumbers list_event_numbers(Session& session, EventQuery const& query);
std::optional<StoredEvent> find_event(Session& session, std::int64_t number);

struct BrokenChain {
    std::int64_t sequence;
    std::string reason;
};
// Returns the last event of this node's chain.
ChainHead find_chain_head(Session& session);
// Verifies the chain. Returns nullopt if it is intact; otherwise the first invalid number and the reason.
std::optional<BrokenChain> verify_events(Session& session);
// Verifies up to `limit` events after `head`, and moves `head` to the last valid one.
std::optional<BrokenChain> verify_events(Session& session, ChainHead& head, std::int64_t limit);
// Returns the JSON patch from one document to another, without the members that every change sets.
std::string difference_of(std::string const& before, std::string const& after);
std::string chain_hash(std::string_view previous, std::int64_t sequence, std::string_view digest);

} // namespace stepwell::store
