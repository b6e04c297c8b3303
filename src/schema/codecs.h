// One codec per value type. CodecOf<V> defines read, write and document, and walk, column and inner where they apply.
#pragma once
#include "base/clock.h"
#include "base/id.h"
#include "schema/type.h"
#include "schema/values.h"

#include <functional>
#include <optional>
#include <type_traits>

namespace stepwell::schema {

template <class V> struct CodecOf;

template <class V> Codec const& codec_of() {
    using C = CodecOf<V>;
    static Codec const codec = [] {
        Codec made{};
        made.read = [](Json const& from, void* to, Reading& reading, Place const& place) {
            C::read(from, *static_cast<V*>(to), reading, place);
        };
        made.write = [](void const* from, JsonWriter& to) { C::write(*static_cast<V const*>(from), to); };
        made.document = [](JsonWriter& to) { C::document(to); };
        made.is_empty = [](void const*) { return false; };
        made.column = [](void const*) { return Column{}; };
        made.inner = [] { return std::vector<Type const*>(); };
        if constexpr (requires(V& v, std::string const& s, Walker& w) { C::walk(v, s, w); })
            made.walk = [](void* value, std::string const& path, Walker& walker) {
                C::walk(*static_cast<V*>(value), path, walker);
            };
        if constexpr (requires(V const& v) { C::is_empty(v); })
            made.is_empty = [](void const* value) { return C::is_empty(*static_cast<V const*>(value)); };
        if constexpr (requires(V const& v) { C::column(v); }) {
            made.column = [](void const* value) { return C::column(*static_cast<V const*>(value)); };
            made.column_kind = C::column_kind;
        }
        made.example = [](void const* blank, Field const& field, Origin by, JsonWriter& to) {
            if constexpr (requires(V const& v) { C::example(v, field, by, to); })
                C::example(*static_cast<V const*>(blank), field, by, to);
            else
                C::write(*static_cast<V const*>(blank), to);
        };
        if constexpr (requires { C::is_reference; }) made.is_reference = C::is_reference;
        made.is_flat = requires { C::is_flat; };
        if constexpr (requires { C::inner(); }) made.inner = [] { return C::inner(); };
        return made;
    }();
    return codec;
}

// --- plain values ---------------------------------------------------------------------------------------------

template <> struct CodecOf<std::string> {
    static void read(Json const& from, std::string& to, Reading& reading, Place const& place);
    static void write(std::string const& from, JsonWriter& to) { to.text(from); }
    static void example(std::string const& blank, Field const& field, Origin by, JsonWriter& to);
    static void document(JsonWriter& to);
    static bool is_empty(std::string const& value) { return value.empty(); }
    static Column column(std::string const& value) { return value; }
    static constexpr ColumnKind column_kind = ColumnKind::text;
};

template <> struct CodecOf<std::int64_t> {
    static void read(Json const& from, std::int64_t& to, Reading& reading, Place const& place);
    static void write(std::int64_t from, JsonWriter& to) { to.number(from); }
    static void example(std::int64_t blank, Field const& field, Origin by, JsonWriter& to);
    static void document(JsonWriter& to);
    static Column column(std::int64_t value) { return value; }
    static constexpr ColumnKind column_kind = ColumnKind::integer;
};

template <> struct CodecOf<bool> {
    static void read(Json const& from, bool& to, Reading& reading, Place const& place);
    static void write(bool from, JsonWriter& to) { to.boolean(from); }
    static void document(JsonWriter& to);
    static Column column(bool value) { return std::int64_t(value); }
    static constexpr ColumnKind column_kind = ColumnKind::integer;
};

template <> struct CodecOf<base::Time> {
    static void read(Json const& from, base::Time& to, Reading& reading, Place const& place);
    static void write(base::Time from, JsonWriter& to) { to.text(base::to_text(from)); }
    static void example(base::Time blank, Field const& field, Origin by, JsonWriter& to);
    static void document(JsonWriter& to);
    static Column column(base::Time value) { return std::int64_t(value.time_since_epoch().count()); }
    static constexpr ColumnKind column_kind = ColumnKind::integer;
};

template <> struct CodecOf<Secret> {
    static void read(Json const& from, Secret& to, Reading& reading, Place const& place);
    static void write(Secret const& from, JsonWriter& to);
    static void example(Secret const& blank, Field const& field, Origin by, JsonWriter& to);
    static void document(JsonWriter& to);
    static void walk(Secret& value, std::string const& path, Walker& walker) { walker.secret(value, path); }
    static bool is_empty(Secret const& value) { return !value.has_value; }
};

template <> struct CodecOf<PropertyValue> {
    static void read(Json const& from, PropertyValue& to, Reading& reading, Place const& place);
    static void write(PropertyValue const& from, JsonWriter& to);
    static void example(PropertyValue const& blank, Field const& field, Origin by, JsonWriter& to);
    static void document(JsonWriter& to);
    static void walk(PropertyValue& value, std::string const& path, Walker& walker);
};

template <> struct CodecOf<VariableValue> {
    static void read(Json const& from, VariableValue& to, Reading& reading, Place const& place);
    static void write(VariableValue const& from, JsonWriter& to);
    static void example(VariableValue const& blank, Field const& field, Origin by, JsonWriter& to);
    static void document(JsonWriter& to);
    static void walk(VariableValue& value, std::string const& path, Walker& walker);
};

template <> struct CodecOf<RawText> {
    static void read(Json const& from, RawText& to, Reading& reading, Place const& place);
    static void write(RawText const& from, JsonWriter& to) { to.text(from.text); }
    static void example(RawText const&, Field const& field, Origin, JsonWriter& to) { to.text(field.flags.like); }
    static void document(JsonWriter& to) { CodecOf<std::string>::document(to); }
    static bool is_empty(RawText const& value) { return value.text.empty(); }
};

template <> struct CodecOf<Verbatim> {
    static void read(Json const& from, Verbatim& to, Reading& reading, Place const& place);
    static void write(Verbatim const& from, JsonWriter& to) { to.raw(from.json); }
    static void document(JsonWriter& to);
    static void walk(Verbatim& value, std::string const& path, Walker& walker);
};

template <> struct CodecOf<BoolOrText> {
    static void read(Json const& from, BoolOrText& to, Reading& reading, Place const& place);
    static void write(BoolOrText const& from, JsonWriter& to);
    static void document(JsonWriter& to);
};

// --- ids ------------------------------------------------------------------------------------------------------

// A noun that does not exist yet defines `is_missing`. Every id of it is refused, so examples have none.
template <class Noun> struct CodecOf<base::Id<Noun>> {
    using Id = base::Id<Noun>;
    static constexpr bool is_reference = !requires { Noun::is_missing; };
    static void read(Json const& from, Id& to, Reading& reading, Place const& place) {
        CodecOf<std::string>::read(from, to.value, reading, place);
    }
    static void write(Id const& from, JsonWriter& to) {
        if (from.empty())
            to.null();
        else
            to.text(from.value);
    }
    static void example(Id const&, Field const&, Origin, JsonWriter& to) {
        if constexpr (is_reference)
            to.text(std::string(Noun::prefix) + "-1");
        else
            to.null();
    }
    static void document(JsonWriter& to) { CodecOf<std::string>::document(to); }
    static void walk(Id& value, std::string const& path, Walker& walker) {
        if (!value.empty()) walker.reference(Noun::prefix, value.value, path);
    }
    static bool is_empty(Id const& value) { return value.empty(); }
    static Column column(Id const& value) { return value.empty() ? Column{} : Column{value.value}; }
    static constexpr ColumnKind column_kind = ColumnKind::text;
};

// --- containers -----------------------------------------------------------------------------------------------

void document_nullable(JsonWriter& to, Codec const& value);
void document_list(JsonWriter& to, Codec const& item);
void document_bag(JsonWriter& to, Codec const& value);
bool is_null(Json const& value);
// Returns true for null and "". Older clients send "" for a value that is not given. For a text, "" is a value.
bool is_not_given(Json const& value);
// True for types whose values are free text or any JSON. For all other types, "" means "not given".
template <class V> constexpr bool takes_empty_text = false;
template <> inline constexpr bool takes_empty_text<std::string> = true;
template <> inline constexpr bool takes_empty_text<RawText> = true;
template <> inline constexpr bool takes_empty_text<Secret> = true;
template <> inline constexpr bool takes_empty_text<PropertyValue> = true;
template <> inline constexpr bool takes_empty_text<VariableValue> = true;
template <> inline constexpr bool takes_empty_text<Verbatim> = true;
template <> inline constexpr bool takes_empty_text<BoolOrText> = true;
// Calls `item(json, place)` for each element. Reads null as an empty list; any other value that is not a list is a
// problem. An element that a client sent and that `refused` covers is a problem too.
enum class Refused { nulls, nulls_and_empty_texts };
void for_each_item(Json const& list, Refused refused, Reading& reading, Place const& place,
                   std::function<void(Json const&, Place const&)> const& item);
void for_each_member(Json const& object, Reading& reading, Place const& place,
                     std::function<void(std::string_view, Json const&, Place const&)> const& member);
// Returns "path[Id]" if the item's type is described and has an Id; otherwise "path[index]".
std::string item_path(std::string const& path, Codec const& codec, void const* item, std::size_t index);
// Returns true if an example shows a value for an optional member.
bool is_shown(Field const& field, Codec const& value);

template <class V> struct CodecOf<std::optional<V>> {
    using Maybe = std::optional<V>;
    static void read(Json const& from, Maybe& to, Reading& reading, Place const& place) {
        if (takes_empty_text<V> ? is_null(from) : is_not_given(from))
            to.reset();
        else
            codec_of<V>().read(from, &to.emplace(), reading, place);
    }
    static void write(Maybe const& from, JsonWriter& to) {
        if (from)
            codec_of<V>().write(&*from, to);
        else
            to.null();
    }
    static void document(JsonWriter& to) { document_nullable(to, codec_of<V>()); }
    static void example(Maybe const&, Field const& field, Origin by, JsonWriter& to) {
        V const blank{};
        if (is_shown(field, codec_of<V>()))
            codec_of<V>().example(&blank, field, by, to);
        else
            to.null();
    }
    static void walk(Maybe& value, std::string const& path, Walker& walker) {
        if (value && codec_of<V>().walk) codec_of<V>().walk(&*value, path, walker);
    }
    static bool is_empty(Maybe const& value) { return !value || codec_of<V>().is_empty(&*value); }
    static Column column(Maybe const& value) { return value ? codec_of<V>().column(&*value) : Column{}; }
    static inline ColumnKind const column_kind = codec_of<V>().column_kind;
    static std::vector<Type const*> inner() { return codec_of<V>().inner(); }
};

template <class V> struct CodecOf<std::vector<V>> {
    using List = std::vector<V>;
    static constexpr Refused refused = takes_empty_text<V> ? Refused::nulls : Refused::nulls_and_empty_texts;
    static void read(Json const& from, List& to, Reading& reading, Place const& place) {
        to.clear();
        for_each_item(from, refused, reading, place, [&](Json const& item, Place const& at) {
            codec_of<V>().read(item, &to.emplace_back(), reading, at);
        });
    }
    static void write(List const& from, JsonWriter& to) {
        to.begin_array();
        for (auto const& item : from) codec_of<V>().write(&item, to);
        to.end_array();
    }
    static void example(List const&, Field const& field, Origin by, JsonWriter& to) {
        V const blank{};
        to.begin_array();
        if (is_shown(field, codec_of<V>())) codec_of<V>().example(&blank, field, by, to);
        to.end_array();
    }
    static void document(JsonWriter& to) { document_list(to, codec_of<V>()); }
    static void walk(List& list, std::string const& path, Walker& walker) {
        if (!codec_of<V>().walk) return;
        for (std::size_t i = 0; i < list.size(); ++i)
            codec_of<V>().walk(&list[i], item_path(path, codec_of<V>(), &list[i], i), walker);
    }
    static bool is_empty(List const& value) { return value.empty(); }
    static std::vector<Type const*> inner() { return codec_of<V>().inner(); }
};

template <> struct CodecOf<Texts> {
    using List = std::vector<std::string>;
    static void read(Json const& from, Texts& to, Reading& reading, Place const& place);
    static void write(Texts const& from, JsonWriter& to) { codec_of<List>().write(&from.items, to); }
    static void example(Texts const& blank, Field const& field, Origin by, JsonWriter& to) {
        codec_of<List>().example(&blank.items, field, by, to);
    }
    static void document(JsonWriter& to) { codec_of<List>().document(to); }
    static bool is_empty(Texts const& value) { return value.items.empty(); }
};

template <class V> struct CodecOf<Bag<V>> {
    static void read(Json const& from, Bag<V>& to, Reading& reading, Place const& place) {
        to.items.clear();
        for_each_member(from, reading, place, [&](std::string_view key, Json const& value, Place const& at) {
            if (is_null(value)) return; // a null value drops the key
            codec_of<V>().read(value, &to.items.emplace_back(key, V{}).second, reading, at);
        });
    }
    static void write(Bag<V> const& from, JsonWriter& to) {
        to.begin_object();
        for (auto const& [key, value] : from.items) {
            to.key(key);
            codec_of<V>().write(&value, to);
        }
        to.end_object();
    }
    static void example(Bag<V> const&, Field const& field, Origin by, JsonWriter& to) {
        V const blank{};
        to.begin_object();
        if (is_shown(field, codec_of<V>()) || std::is_same_v<V, PropertyValue>) {
            to.key("Name");
            codec_of<V>().example(&blank, field, by, to);
        }
        to.end_object();
    }
    static void document(JsonWriter& to) { document_bag(to, codec_of<V>()); }
    static void walk(Bag<V>& bag, std::string const& path, Walker& walker) {
        if (!codec_of<V>().walk) return;
        for (auto& [key, value] : bag.items) codec_of<V>().walk(&value, path + '.' + key, walker);
    }
    static std::vector<Type const*> inner() { return codec_of<V>().inner(); }
};

// --- enumerations: an overload of names_of(E) returns the wire names in order ----------------------------------

// Returns the index of the name. Reports a problem that lists the allowed names, and returns `names.size()`, if there
// is no such name.
std::size_t read_name(Json const& from, std::span<std::string_view const> names, Reading& reading, Place const& place);
void document_names(JsonWriter& to, std::span<std::string_view const> names);
// An overload for an enumeration that older versions stored as free text returns true. An unknown name that is stored
// is then read as the default.
constexpr bool was_free_text(auto) { return false; }

template <class E>
    requires std::is_enum_v<E>
struct CodecOf<E> {
    static void read(Json const& from, E& to, Reading& reading, Place const& place) {
        std::span<std::string_view const> names(names_of(E{}));
        if (is_not_given(from)) return;
        Problems ignored;
        Reading lenient{reading.origin, ignored};
        bool const is_old = reading.origin == Origin::store && was_free_text(E{});
        auto index = read_name(from, names, is_old ? lenient : reading, place);
        if (index < names.size()) to = E(index);
    }
    static void write(E from, JsonWriter& to) { to.text(names_of(E{})[std::size_t(from)]); }
    static void document(JsonWriter& to) { document_names(to, names_of(E{})); }
    static Column column(E value) { return std::string(names_of(E{})[std::size_t(value)]); }
    static constexpr ColumnKind column_kind = ColumnKind::text;
};

template <class E>
    requires std::is_enum_v<E>
std::string_view name_of(E value) {
    return names_of(E{})[std::size_t(value)];
}

} // namespace stepwell::schema
