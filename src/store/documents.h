// Documents of every noun: found, listed, stored. Bytes are the JSON of the wire without Links.
#pragma once
#include "domain/nouns.h"
#include "store/draft.h"

#include <limits>

namespace stepwell::store {

struct Stored {
    std::int64_t number = 0;  // newest highest
    std::int64_t version = 0; // of the row: +1 each update; what an ETag says
    std::string id, space_id, json;
    std::string link_values; // for domain::link_value
};

// By id, or by slug or thumbprint where the noun has one. `space_id` empty: in any space; else in it, or above all
// spaces.
std::optional<Stored> find_document(Session& session, domain::Noun const& noun, std::string_view id_or_slug,
                                    std::string_view space_id);

// A draft as it will be stored, for answers made before the commit; number and version are not known yet.
Stored stored_of(Draft const& draft);

// Members below are indexed members of the noun's description, or Id; another one throws Error{internal}.
struct Filter {
    std::string member;
    std::vector<std::string> any_of = {};    // compared by base/fold.h; empty: matches nothing
    std::optional<std::int64_t> number = {}; // instead: of a member that is a number or a boolean
};
constexpr std::int64_t everything = std::numeric_limits<std::int64_t>::max(); // to take
struct ListQuery {
    std::string space_id; // empty: all spaces
    std::optional<std::string> name, partial_name;
    std::vector<Filter> filters;
    std::int64_t skip = 0, take = 30;
    std::vector<std::string> searched = {};    // members that partial_name may be in; empty: the name
    bool above_spaces = false;                 // in addition to `space_id`, those of no space
    std::vector<std::string> spaces = {};      // ids; empty: any
    std::string empty_member = {};             // only those without a value of it
    std::string order_member = {};             // empty: the order of the noun
    std::string first_id = {};                 // comes before all others
    std::vector<std::string> task_states = {}; // of the task it has; empty: any
};
struct Listed {
    std::int64_t total = 0;
    std::vector<Stored> items;
};
Listed list_documents(Session& session, domain::Noun const& noun, ListQuery const& query);
// The same, but only their numbers: for lists that may be long.
ListedNumbers list_numbers(Session& session, domain::Noun const& noun, ListQuery const& query);
std::optional<Stored> find_document_by_number(Session& session, domain::Noun const& noun, std::int64_t number);

// The space that is meant where none is named.
std::optional<std::string> find_default_space(Session& session);

// One more than the highest in the space.
std::int64_t next_sort_order(Session& session, domain::Noun const& noun, std::string_view space_id);

// Each writes document, references, secrets and the audit event.
void insert_document(Transaction& transaction, Draft const& draft);
// False, and nothing is written, when the row is no longer at `before.version`.
bool update_document(Transaction& transaction, Draft const& draft, Stored const& before);
// With everything that belongs to it. Throws Error{conflict} that names who still uses any of it.
void delete_document(Transaction& transaction, domain::Actor const& actor, domain::Noun const& noun,
                     Stored const& document);

// Ids of the documents that name this one, oldest first.
std::vector<std::string> referrers(Session& session, std::string_view id);

template <domain::Resource T> T parse(Stored const& stored) { return schema::read_stored<T>(stored.json); }

template <domain::Resource T>
std::optional<T> find(Session& session, std::string_view id_or_slug, std::string_view space_id = {}) {
    auto stored = find_document(session, domain::noun_of<T>(), id_or_slug, space_id);
    return stored ? std::optional(parse<T>(*stored)) : std::nullopt;
}

[[noreturn]] void throw_not_found(std::string_view id);

template <domain::Resource T> T load(Session& session, std::string_view id_or_slug, std::string_view space_id = {}) {
    if (auto found = find<T>(session, id_or_slug, space_id)) return std::move(*found);
    throw_not_found(id_or_slug);
}

} // namespace stepwell::store
