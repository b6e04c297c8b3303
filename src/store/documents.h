// Finding, listing and storing documents of every noun. A stored document is its JSON representation without Links.
#pragma once
#include "domain/nouns.h"
#include "store/draft.h"

#include <limits>

namespace stepwell::store {

struct Stored {
    std::int64_t number = 0;  // ascending; the newest has the highest
    std::int64_t version = 0; // of the row: incremented by each update; used in the ETag
    std::string id, space_id, json;
    std::string link_values; // for domain::link_value
};

// Returns a draft as find_document() returns it when it is stored. Number and version are those of its row; the number
// of a document that is not stored yet is 0.
Stored stored_of(Draft const& draft, std::int64_t number = 0, std::int64_t version = 1);

// A condition on an indexed member of the noun, or Id. Another member throws Error{internal}.
struct Filter {
    std::string member;
    std::vector<std::string> any_of = {};    // compared by base/fold.h; empty matches no document
    std::optional<std::int64_t> number = {}; // used instead of any_of for a number or boolean
};
// A part of what is stored: rows to which all filters apply.
struct Part {
    std::optional<std::string> space_id = {}; // nullopt: any; "": those above spaces
    std::vector<Filter> filters = {};
};
constexpr std::int64_t everything = std::numeric_limits<std::int64_t>::max(); // value for ListQuery::take
struct ListQuery {
    std::string space_id; // empty: all spaces
    std::optional<std::string> name, partial_name;
    std::vector<Filter> filters;
    std::int64_t skip = 0, take = 30;
    std::vector<std::string> searched = {};        // members that partial_name searches; empty: the name
    bool above_spaces = false;                     // also include documents outside any space
    std::vector<std::string> spaces = {};          // ids; empty: any
    std::string empty_member = {};                 // only documents in which this member is empty
    std::string order_member = {};                 // empty: the default order of the noun
    std::string first_id = {};                     // id of the document to list first
    std::vector<std::string> task_states = {};     // of the document's task; empty: any
    std::optional<std::vector<Part>> visible = {}; // only rows in one of these parts; nullopt: all
};
struct Listed {
    std::int64_t total = 0;
    std::vector<Stored> items;
};

// Finds the document that a word means: the one with this id; else the one with this slug or thumbprint, if the noun
// has them. An empty `space_id` searches everywhere; otherwise searches that space and documents outside any space.
// `within` limits the search, for example to one project; there, documents without a slug are found by name. Returns
// nullopt if there is none. Throws Error{not_found} that lists the ids if several documents have the slug, or if one
// has the slug and another one has the word as its name: a slug remains when its document is renamed.
std::optional<Stored> find_document(Session& session, domain::Noun const& noun, std::string_view word,
                                    std::string_view space_id, std::vector<Filter> const& within = {});
// Returns the documents that the word may mean, at most 10.
std::vector<Stored> find_candidates(Session& session, domain::Noun const& noun, std::string_view word,
                                    std::string_view space_id, std::vector<Filter> const& within = {});
// Returns a sentence, without its period, that lists the candidates.
std::string ambiguity_of(std::string_view word, std::vector<Stored> const& candidates);

Listed list_documents(Session& session, domain::Noun const& noun, ListQuery const& query);
// Like list_documents(), but returns only the numbers. For lists that may be long.
ListedNumbers list_numbers(Session& session, domain::Noun const& noun, ListQuery const& query);
std::optional<Stored> find_document_by_number(Session& session, domain::Noun const& noun, std::int64_t number);

// Returns the id of the space used if a request names none.
std::optional<std::string> find_default_space(Session& session);

// Returns true if there is a document with this id.
bool exists(Session& session, domain::Noun const& noun, std::string_view id);
// Returns true if the row of a document is still at the version that was read.
bool is_current(Session& session, domain::Noun const& noun, Stored const& document);
// Differs from what it was if a document of the noun was added, changed or deleted in between. Reads no document.
struct Revision {
    std::int64_t count = 0, versions = 0, newest = 0;
    bool operator==(Revision const&) const = default;
};
Revision revision_of(Session& session, domain::Noun const& noun, std::string_view space_id); // empty: in all spaces

// Returns one more than the highest sort order in the space.
std::int64_t next_sort_order(Session& session, domain::Noun const& noun, std::string_view space_id);

// The following functions write document, references, secrets and the audit event. A new row has version 1.
// insert_document() returns its number.
std::int64_t insert_document(Transaction& transaction, Draft const& draft);
// Returns false, without writing, if the row is no longer at `before.version`.
bool update_document(Transaction& transaction, Draft const& draft, Stored const& before);

// A document with everything that belongs to it, and their events.
struct DeletedDocument {
    std::string noun, id, space_id;
    bool operator==(DeletedDocument const&) const = default;
};
struct Deletion {
    domain::Noun const* noun;
    Stored document;                        // without its JSON
    std::vector<DeletedDocument> documents; // it first
    std::vector<PreparedEvent> events;
    std::string rest; // the other documents: "2 runbooks, 5 runbook runs, 5 tasks with logs"; empty if there are none
};
// Reads on any session. Throws Error{invalid} that names other documents that use any of them. Documents that are
// changed first, in the same transaction, may use them until then: their ids are in `changed`.
Deletion prepare_deletion(Session& session, domain::Actor const& actor, Time now, domain::Noun const& noun,
                          Stored const& document, std::vector<std::string> const& changed = {});
// False, and nothing is deleted, if the document has changed since, or what belongs to it or uses it. Throws
// Error{conflict} while a task of one of them has not ended.
bool delete_document(Transaction& transaction, Deletion const& deletion);

// Returns the ids of the documents that refer to this one, oldest first.
std::vector<std::string> referrers(Session& session, std::string_view id);

// Returns the object that a document describes.
std::shared_ptr<domain::Document> parse(domain::Noun const& noun, Stored const& stored);
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
