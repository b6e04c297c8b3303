// A struct described once: its JSON names, members, flags and one sentence each. Everything else (reading, writing,
// columns, references, secrets, OpenAPI) is an ordinary function over the description.
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

// Where in a document something is. Lives on the stack, each level pointing to the one above.
struct Place {
    Place const* up = nullptr;
    std::string_view name;        // a member, or
    std::size_t index = no_index; // an item of a list

    static constexpr std::size_t no_index = ~std::size_t(0);
    std::string text() const; // Steps[0].Actions[1].Name
};

// Who wrote the JSON that is read: a client may not set computed members, our own store may.
enum class Origin { client, store };

struct Reading {
    Origin origin;
    Problems& problems;

    void wrong(Place const& place, std::string message) { problems.push_back({place.text(), std::move(message)}); }
};

// What a database column holds.
using Column = std::variant<std::monostate, std::int64_t, std::string>;
enum class ColumnKind { none, text, integer };

struct Field;
struct Secret;

// Visits what a document refers to and hides. `path` names list items by their Id, so it survives reordering.
class Walker {
public:
    virtual void reference(std::string_view prefix, std::string const& id, std::string const& path) = 0;
    virtual void secret(Secret& secret, std::string const& path) = 0;

protected:
    ~Walker() = default;
};

// How one C++ type of value reads, writes and documents itself. One per value type, never one per member.
struct Codec {
    void (*read)(Json const& from, void* to, Reading& reading, Place const& place);
    void (*write)(void const* from, JsonWriter& to);
    void (*document)(JsonWriter& to); // its OpenAPI schema
    void (*walk)(void* value, std::string const& path, Walker& walker);
    bool (*is_empty)(void const* value);
    Column (*column)(void const* value);
    ColumnKind column_kind;
    bool is_reference; // names a document
    bool is_flat;      // reads its members out of the object it is in, and writes them there, names included
    std::vector<Type const*> (*inner)(); // the described structs in it
    // A value as `by` would write it. `blank` is the member of an object nobody has touched.
    void (*example)(void const* blank, Field const& field, Origin by, JsonWriter& to);
};

struct Flags {
    unsigned bits = 0;
    unsigned most = 0;          // characters; 0: no limit
    std::string_view like = {}; // a text that could stand here; empty: none worth showing

    constexpr bool has(Flags other) const { return (bits & other.bits) == other.bits; }
    friend constexpr Flags operator|(Flags a, Flags b) {
        return {a.bits | b.bits, a.most > b.most ? a.most : b.most, a.like.empty() ? b.like : a.like};
    }
};
constexpr Flags plain{0};
constexpr Flags required{1};   // a client must bring it, not empty
constexpr Flags trimmed{128};  // a name: white space at its ends is removed from what a client sends
constexpr Flags unique{2 | 4 | 128}; // no two alike (base/fold.h) under one owner or in one space
constexpr Flags indexed{4};    // has a column, and a filter in lists
constexpr Flags owner{8 | 4};  // an id: this document goes when that one goes
constexpr Flags computed{16};  // the server's: what a client sends is ignored
constexpr Flags kept{32};      // missing, null or "" in an update keeps what is stored
constexpr Flags loose{64};     // an id that need not exist
constexpr Flags at_most(unsigned characters) { return {0, characters}; }
// For the examples in the description of the API.
constexpr Flags like(std::string_view text) { return {0, 0, text}; }

struct Field {
    std::string_view name; // as on the wire
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
    void (*settle)(void* object) = nullptr;                                            // after reading: fill in, tidy
    void (*check)(void const* object, Reading& reading, Place const& place) = nullptr; // rules across members
    std::shared_ptr<void> (*make)() = nullptr;                                         // an object nobody has touched

    Field const* find(std::string_view name) const; // without case
};

// Every problem at once, each with its place. Unknown members are ignored; missing ones leave the object as it is. So
// does a null from a client, and a "" where the value is no free text: a text with a default is none.
void read(Type const& type, Json const& from, void* to, Reading& reading, Place const& place);
// What the store holds, into the object; throws Error{invalid} when it does not fit the description.
void read_stored(Type const& type, std::string_view json, void* to);
// What a client sent; throws Error{invalid} with every problem.
void read_sent(Type const& type, Json const& from, void* to);
// Only the members that a client's update leaves in the server's hand: computed and kept.
void read_retained(Type const& type, Json const& stored, void* to);
void write(Type const& type, void const* from, JsonWriter& to);
// The members alone, without the braces.
void write_members(Type const& type, void const* from, JsonWriter& to);
void walk(Type const& type, void* object, std::string const& path, Walker& walker);
// What a client could send, or what the server could answer.
void write_example(Type const& type, Origin by, JsonWriter& to);
void write_example_members(Type const& type, Origin by, JsonWriter& to);
// A string member of that name; nothing when the type has none.
std::string* find_text(Type const& type, void* object, std::string_view name);

} // namespace stepwell::schema
