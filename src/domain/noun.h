// The description of a resource for the rest of the code. The header of a resource defines its names, links, rights and
// members once; noun_of<T>() builds the Noun from them. Routes, storage, audit, OpenAPI and the command line use only
// Nouns.
#pragma once
#include "domain/rights.h"
#include "schema/describe.h"

#include <concepts>
#include <functional>
#include <memory>

namespace stepwell::domain {

using base::Id;
using base::Time;
using schema::Bag;
using schema::Flags;
using schema::Place;
using schema::Reading;
using namespace schema; // flags of a description: required, unique, owner, …

// Example of an id inside a document.
constexpr Flags some_uuid = like("5d3f0a52-7c1e-4f0b-9a86-2f6d1c9b7e34");

// Returns true if a slug is also a word in a route, such as "all" in environments/all.
bool is_reserved_slug(std::string_view slug);

// Longer than any name, so that a number can be appended to distinguish equal names.
constexpr Flags some_slug = at_most(220);

enum class Scope { system, space };
enum class Order { by_name, by_sort_order, newest_first, by_id };

// $Id, $SpaceId and $Column (any indexed member) are replaced by values. {…} is an RFC 6570 template, which the client
// expands.
struct Link {
    std::string_view name;
    std::string_view target;
    std::string_view only = {}; // if not empty: the link is omitted unless the inserted id starts with this
};

struct Access {
    Permission view, create, edit, remove;
};

// A member of a resource that places it in a project, an environment, …. Its value becomes that part of the Subject on
// which permissions are checked. "Id" if the resource itself is a project, an environment, ….
struct Placement {
    std::string Subject::* axis;
    std::string_view member;
};

// The members of all stored documents. A resource derives from SpaceDocument, or from Document if it is outside all
// spaces.
struct Document {
    std::string id;
    std::optional<Time> last_modified_on;
    std::optional<std::string> last_modified_by;

    static constexpr bool described_once = true;
    static void describe_common(auto& field) {
        field("Id", &Document::id, computed, "Id, assigned by the server.");
        field("LastModifiedOn", &Document::last_modified_on, computed, "Time of the last change.");
        field("LastModifiedBy", &Document::last_modified_by, computed | like("admin"), "Username of the last change.");
    }
};

struct SpaceDocument : Document {
    std::string space_id;

    static void describe_common(auto& field) {
        Document::describe_common(field);
        field("SpaceId", &SpaceDocument::space_id, computed | like("Spaces-1"), "Space that contains it.");
    }
};

// The standard routes of a resource in addition to reading. If one is false, the operation does not exist, or a row of
// the routes table does more than the standard route.
struct Verbs {
    bool create = true, edit = true, remove = true;
};

struct Noun {
    std::string_view name;   // such as Environment: ItemType in lists; used in sentences
    std::string_view table;  // such as environment
    std::string_view route;  // such as environments: follows /api/{space}/ in paths
    std::string_view prefix; // such as Environments: precedes the number in ids; the document type in events
    Scope scope;
    Order order;
    Access access;
    Verbs verbs;
    std::string_view query; // names of the query parameters of its list, separated by commas
    std::span<Link const> links;
    std::vector<std::string> link_members; // indexed members that appear in links, except Id and SpaceId
    // from the description: the resource itself, and indexed members such as ProjectId
    std::vector<Placement> placements;
    schema::Type const* type;
    std::shared_ptr<Document> (*make)();
};

template <class T>
concept Resource = std::derived_from<T, Document> && requires {
    T::type_name;
    T::route;
    T::prefix;
    T::access;
};

std::string table_name(std::string_view type_name); // such as RunbookSnapshot → runbook_snapshot
std::string words_of(std::string_view type_name);   // such as RunbookSnapshot → runbook snapshot
std::string words_of(Noun const& noun);
std::string with_article(std::string_view words); // such as "environment" → "an environment"
std::string plural_of(std::string words);         // such as "machine policy" → "machine policies"
std::vector<std::string> members_in(std::span<Link const> links);
std::vector<Placement> placements_of(std::string_view type_name, schema::Type const& type);
// Returns the members of a document that appear in its links, as one text for link_value().
std::string link_values_of(Noun const& noun, void const* object);
// Returns one member from that text; empty if the noun's links do not contain it.
std::string_view link_value(Noun const& noun, std::string_view values, std::string_view member);
// Returns `target` with every $Name replaced by value(Name).
std::string fill_link(std::string_view target, std::function<std::string_view(std::string_view)> const& value);

// Defined in domain/make_noun.h, which only one file includes.
template <Resource T> Noun const& noun_of();

} // namespace stepwell::domain
