// What every resource is to the rest of the house. A resource header says its names, links, rights and members once;
// noun_of<T>() makes the Noun from it, and routes, storage, audit, OpenAPI and the command line work on Nouns alone.
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
using namespace schema; // the words of a description: required, unique, owner, …

// Of what is found in a document and has an id of its own.
constexpr Flags some_uuid = like("5d3f0a52-7c1e-4f0b-9a86-2f6d1c9b7e34");

// Whether a slug would be taken for a word of a route, such as "all" in environments/all.
bool is_reserved_slug(std::string_view slug);

// Longer than any name, so that the number behind it that tells equal ones apart has room.
constexpr Flags some_slug = at_most(220);

enum class Scope { system, space };
enum class Order { by_name, by_sort_order, newest_first, by_id };

// $Id, $SpaceId and $Column (any indexed member) are replaced; {…} is an RFC 6570 template for the client.
struct Link {
    std::string_view name;
    std::string_view target;
    std::string_view only = {}; // left out unless an id that is filled in begins with this
};

struct Access {
    Permission view, create, edit, remove;
};

// A member of a resource that places it in a project, an environment, …: its value is that part of the Subject on which
// permissions are used. "Id" where the resource is one itself.
struct Placement {
    std::string Subject::* axis;
    std::string_view member;
};

// What all stored documents have. A resource derives from SpaceDocument, or from Document when it is above all spaces.
struct Document {
    std::string id;
    std::optional<Time> last_modified_on;
    std::optional<std::string> last_modified_by;

    static constexpr bool described_once = true;
    static void describe_common(auto& field) {
        field("Id", &Document::id, computed, "The identifier, given by the server.");
        field("LastModifiedOn", &Document::last_modified_on, computed, "When it was last changed.");
        field("LastModifiedBy", &Document::last_modified_by, computed | like("admin"), "Who changed it last.");
    }
};

struct SpaceDocument : Document {
    std::string space_id;

    static void describe_common(auto& field) {
        Document::describe_common(field);
        field("SpaceId", &SpaceDocument::space_id, computed | like("Spaces-1"), "The space it belongs to.");
    }
};

// Which of the usual routes a resource has beyond reading it. Without one, either nobody may, or a row of the routes
// table does more than the usual.
struct Verbs {
    bool create = true, edit = true, remove = true;
};

struct Noun {
    std::string_view name;   // Environment: ItemType in lists, and in sentences
    std::string_view table;  // environment
    std::string_view route;  // environments: behind /api/{space}/
    std::string_view prefix; // Environments: in front of the number in ids, and the document type in events
    Scope scope;
    Order order;
    Access access;
    Verbs verbs;
    std::string_view query; // names of the query parameters of its list, with commas
    std::span<Link const> links;
    std::vector<std::string> link_members; // indexed members that links speak of, beside Id and SpaceId
    std::vector<Placement> placements;     // by the description: its own kind, and indexed members such as ProjectId
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

std::string table_name(std::string_view type_name); // RunbookSnapshot → runbook_snapshot
std::vector<std::string> members_in(std::span<Link const> links);
std::vector<Placement> placements_of(std::string_view type_name, schema::Type const& type);
// The members of a document that its links name, as one text for link_value().
std::string link_values_of(Noun const& noun, void const* object);
// One of them; empty if the noun's links do not name it.
std::string_view link_value(Noun const& noun, std::string_view values, std::string_view member);
// `target` with every $Name replaced by value(Name).
std::string fill_link(std::string_view target, std::function<std::string_view(std::string_view)> const& value);

// Defined in domain/make_noun.h, for one file.
template <Resource T> Noun const& noun_of();

} // namespace stepwell::domain
