// The description of a struct: JSON names, members, flags and one sentence per member. Reading, writing, columns,
// references, secrets and OpenAPI are functions of this description.
#pragma once
#include "base/error.h"
#include "base/json.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stepwell::schema {

using base::Json;
using base::JsonWriter;
using base::Problems;

struct Type;

// A position in a JSON document. Lives on the stack; each level points to the enclosing one.
struct Place {
    Place const* up = nullptr;
    std::string_view name;        // a member name, or
    std::size_t index = no_index; // an index in a list

    static constexpr std::size_t no_index = ~std::size_t(0);
    std::string text() const; // for example Steps[0].Actions[1].Name
};

// The author of the JSON that is read. A client may not set computed members; the store may.
enum class Origin { client, store };

struct Reading {
    Origin origin;
    Problems& problems;

    void wrong(Place const& place, std::string message) { problems.push_back({place.text(), std::move(message)}); }
};

// The value of a database column.
using Column = std::variant<std::monostate, std::int64_t, std::string>;
enum class ColumnKind { none, text, integer };

struct Field;
struct Secret;

// Visits the references and secrets of a document. `path` identifies list elements by their Id, so that it stays valid
// when the list is reordered.
class Walker {
public:
    virtual void reference(std::string_view prefix, std::string const& id, std::string const& path) = 0;
    // An id with the flag `loose`.
    virtual void loose_reference(std::string_view, std::string const&, std::string const&) {}
    virtual void secret(Secret& secret, std::string const& path) = 0;

protected:
    ~Walker() = default;
};

// How a C++ value type is read, written and documented. There is one codec per value type, not one per member.
struct Codec {
    void (*read)(Json const& from, void* to, Reading& reading, Place const& place);
    void (*write)(void const* from, JsonWriter& to);
    void (*document)(JsonWriter& to); // writes the OpenAPI schema
    void (*walk)(void* value, std::string const& path, Walker& walker);
    bool (*is_empty)(void const* value);
    Column (*column)(void const* value);
    ColumnKind column_kind;
    bool is_reference;                   // the value is the id of a document
    bool is_flat;                        // its members are members of the enclosing JSON object
    std::vector<Type const*> (*inner)(); // the described structs inside the value
    // Writes an example value as `by` would write it. `blank` is the member of a default-constructed object.
    void (*example)(void const* blank, Field const& field, Origin by, JsonWriter& to);
};

struct Flags {
    unsigned bits = 0;
    unsigned most = 0;          // maximum length in characters; 0 means no limit
    std::string_view like = {}; // an example text; empty means none

    constexpr bool has(Flags other) const { return (bits & other.bits) == other.bits; }
    friend constexpr Flags operator|(Flags a, Flags b) {
        return {a.bits | b.bits, a.most > b.most ? a.most : b.most, a.like.empty() ? b.like : a.like};
    }
};
constexpr Flags plain{0};
constexpr Flags required{1};         // a client must send it, and not empty
constexpr Flags trimmed{128};        // a name: leading and trailing white space from clients is removed
constexpr Flags unique{2 | 4 | 128}; // no two are equal (base/fold.h) under one owner or in one space
constexpr Flags indexed{4};          // has a column and a filter in lists
constexpr Flags owner{8 | 4};        // an id: this document is deleted with that document
constexpr Flags computed{16};        // set by the server; values from clients are ignored
constexpr Flags kept{32};            // missing, null or "" in an update keeps the stored value
// an id that must exist when a client sets it; the document may be deleted later, and the id remains
constexpr Flags loose{64};
constexpr Flags without_effect{256}; // stored, but nothing uses it yet: a value other than the default gives a warning
constexpr Flags at_most(unsigned characters) { return {0, characters}; }
// Sets the example text for the API description.
constexpr Flags like(std::string_view text) { return {0, 0, text}; }

struct Field {
    std::string_view name; // the JSON name
    std::size_t offset;
    Codec const* codec;
    Flags flags;
    std::string_view doc;

    void* in(void* object) const { return static_cast<std::byte*>(object) + offset; }
    void const* in(void const* object) const { return static_cast<std::byte const*>(object) + offset; }
};

struct Type {
    std::string_view name;
    std::vector<Field> fields;
    void (*settle)(void* object) = nullptr; // after reading: sets derived members
    // rules that involve several members
    void (*check)(void const* object, Reading& reading, Place const& place) = nullptr;
    std::shared_ptr<void> (*make)() = nullptr; // creates a default-constructed object

    Field const* find(std::string_view name) const; // ignores case
};

// Reads a JSON object into `to` and reports every problem with its path. Ignores unknown members. A missing member
// leaves the object unchanged; so does a null from a client, and "" for a value that is not free text. A text with a
// default is not free text.
void read(Type const& type, Json const& from, void* to, Reading& reading, Place const& place);
// Reads what the store wrote. Throws Error{invalid} if it does not match the description.
void read_stored(Type const& type, std::string_view json, void* to);
// Reads what a client sent. Throws Error{invalid} with every problem.
void read_sent(Type const& type, Json const& from, void* to);
// Reads only the members that an update by a client cannot change or omits: computed and kept members.
void read_retained(Type const& type, Json const& stored, void* to);
void write(Type const& type, void const* from, JsonWriter& to);
// Writes the members without the braces.
void write_members(Type const& type, void const* from, JsonWriter& to);
void walk(Type const& type, void* object, std::string const& path, Walker& walker);
// Writes an example of a request (`by` is client) or a response (store).
void write_example(Type const& type, Origin by, JsonWriter& to);
void write_example_members(Type const& type, Origin by, JsonWriter& to);
// Finds a string member by name. Returns null if the type has none.
std::string* find_text(Type const& type, void* object, std::string_view name);

} // namespace stepwell::schema
