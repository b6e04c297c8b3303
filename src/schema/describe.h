// type_of<T>(): the description of a struct T. T must define
//     static constexpr std::string_view type_name = "Environment";
//     static void describe(auto& field) { field("Name", &Environment::name, required | unique, "What it is called."); }
// and may define
//     static void describe_common(auto& field);                    members of a base class, described first
//     static constexpr std::string_view example_id = "…";         if ids are more than a prefix and a number
//     void settle();                                               called after reading: sets derived members
//     void check(Reading& reading, Place const& place) const;      rules that involve several members
//     static constexpr bool described_once = true;                 compiled once, see schema/describe_once.h
#pragma once
#include "schema/codecs.h"

namespace stepwell::schema {

template <class T> class Describer {
public:
    explicit Describer(Type& type) : type_(type) {}

    template <class V, class Base>
    void operator()(std::string_view name, V Base::* member, Flags flags, std::string_view doc) {
        auto start = reinterpret_cast<std::byte const*>(&probe_);
        auto at = reinterpret_cast<std::byte const*>(&(probe_.*member));
        if (name == "Id") flags = flags | like(example_id());
        type_.fields.push_back({name, std::size_t(at - start), &codec_of<V>(), flags, doc});
    }

private:
    static std::string_view example_id() {
        if constexpr (requires { T::example_id; }) {
            return T::example_id;
        } else if constexpr (requires { T::prefix; }) {
            static std::string const id = std::string(T::prefix) + "-1";
            return id;
        } else {
            return {};
        }
    }
    Type& type_;
    T probe_{};
};

template <class T>
concept Described = requires(Describer<T>& field) { T::describe(field); };

template <class T> Type make_type() {
    Type made;
    made.name = T::type_name;
    Describer<T> describer(made);
    if constexpr (requires { T::describe_common(describer); }) T::describe_common(describer);
    T::describe(describer);
    if constexpr (requires(T& object) { object.settle(); })
        made.settle = [](void* object) { static_cast<T*>(object)->settle(); };
    if constexpr (requires(T const& object, Reading& reading, Place const& place) { object.check(reading, place); })
        made.check = [](void const* object, Reading& reading, Place const& place) {
            static_cast<T const*>(object)->check(reading, place);
        };
    made.make = []() -> std::shared_ptr<void> { return std::make_shared<T>(); };
    return made;
}

template <class T>
concept DescribedOnce = requires { T::described_once; };

template <DescribedOnce T> Type const& type_of();
template <class T> Type const& type_of() {
    static Type const type = make_type<T>();
    return type;
}

void document_reference(JsonWriter& to, std::string_view type_name);

// A described struct as a member of another one.
template <Described T> struct CodecOf<T> {
    static void read(Json const& from, T& to, Reading& reading, Place const& place) {
        if (is_null(from)) return;
        to = T{}; // a missing member takes the default of T, not that of the enclosing object
        schema::read(type_of<T>(), from, &to, reading, place);
    }
    static void write(T const& from, JsonWriter& to) { schema::write(type_of<T>(), &from, to); }
    static void example(T const&, Field const&, Origin by, JsonWriter& to) { write_example(type_of<T>(), by, to); }
    static void document(JsonWriter& to) { document_reference(to, T::type_name); }
    static void walk(T& value, std::string const& path, Walker& walker) {
        schema::walk(type_of<T>(), &value, path, walker);
    }
    static std::vector<Type const*> inner() { return {&type_of<T>()}; }
};

// --- one of several -------------------------------------------------------------------------------------------

// Returns the kind of the alternative; empty if the choice holds none.
template <class By, class... Ts> std::string_view kind_of(OneOf<By, Ts...> const& choice) {
    return std::visit(
        []<class T>(T const&) {
            if constexpr (std::is_same_v<T, Verbatim>)
                return std::string_view();
            else
                return T::kind;
        },
        choice.value);
}

// Returns the text of the member that selects the alternative; empty if there is none.
std::string kind_in(Json const& from, std::string_view member);
bool is_kind(std::string_view given, std::string_view kind);
void document_alternatives(JsonWriter& to, std::string_view member, std::span<std::string_view const> kinds,
                           std::span<std::string_view const> type_names);
std::string unknown_kind(std::string_view given, std::span<std::string_view const> kinds);

template <class By, class... Ts> struct CodecOf<OneOf<By, Ts...>> {
    using Choice = OneOf<By, Ts...>;
    static void read(Json const& from, Choice& to, Reading& reading, Place const& place) {
        if (is_null(from)) return;
        auto kind = kind_in(from, By::member);
        if (kind.empty()) kind = kind_of(to); // not given: the default alternative, if there is one
        bool known = (read_if<Ts>(kind, from, to, reading, place) || ...);
        if (known) return;
        if constexpr (By::unknown == Unknown::keep) {
            codec_of<Verbatim>().read(from, &to.value.template emplace<Verbatim>(), reading, place);
        } else {
            static constexpr std::string_view kinds[] = {Ts::kind...};
            reading.wrong(Place{&place, By::member}, unknown_kind(kind, kinds));
        }
    }
    static void write(Choice const& from, JsonWriter& to) {
        std::visit(
            [&]<class T>(T const& value) {
                if constexpr (std::is_same_v<T, Verbatim>) {
                    to.raw(value.json);
                } else {
                    to.begin_object();
                    write_kind(value, to);
                    to.end_object();
                }
            },
            from.value);
    }
    // Writes an example of the first alternative.
    static void example(Choice const&, Field const&, Origin by, JsonWriter& to) {
        to.begin_object();
        write_example_kind(by, to);
        to.end_object();
    }
    static void document(JsonWriter& to) {
        static constexpr std::string_view kinds[] = {Ts::kind...}, names[] = {Ts::type_name...};
        document_alternatives(to, By::member, kinds, names);
    }
    static void walk(Choice& choice, std::string const& path, Walker& walker) {
        std::visit([&]<class T>(T& value) { codec_of<T>().walk(&value, path, walker); }, choice.value);
    }

    static std::vector<Type const*> inner() { return {&type_of<Ts>()...}; }

    // Writes the members without the braces.
    template <class T> static void write_kind(T const& value, JsonWriter& to) {
        to.member(By::member, T::kind);
        write_members(type_of<T>(), &value, to);
    }
    static void write_example_kind(Origin by, JsonWriter& to) {
        using First = std::tuple_element_t<0, std::tuple<Ts...>>;
        to.member(By::member, First::kind);
        write_example_members(type_of<First>(), by, to);
    }

private:
    template <class T>
    static bool read_if(std::string const& kind, Json const& from, Choice& to, Reading& reading, Place const& place) {
        if (!is_kind(kind, T::kind)) return false;
        schema::read(type_of<T>(), from, &to.value.template emplace<T>(), reading, place);
        return true;
    }
};

// In columns and filters, the value is the name of its kind. A choice without an alternative writes nothing.
template <class By, class... Ts> struct CodecOf<FlatOneOf<By, Ts...>> {
    static_assert(By::unknown == Unknown::reject);
    using Nested = CodecOf<OneOf<By, Ts...>>;
    using Choice = FlatOneOf<By, Ts...>;
    static constexpr bool is_flat = true;
    static void read(Json const& parent, Choice& to, Reading& reading, Place const& place) {
        Nested::read(parent, to, reading, place);
    }
    static void write(Choice const& from, JsonWriter& to) {
        std::visit(
            [&]<class T>(T const& value) {
                if constexpr (!std::is_same_v<T, Verbatim>) Nested::write_kind(value, to);
            },
            from.value);
    }
    static void example(Choice const&, Field const&, Origin by, JsonWriter& to) { Nested::write_example_kind(by, to); }
    static void document(JsonWriter& to) {
        static constexpr std::string_view kinds[] = {Ts::kind...};
        document_names(to, kinds);
    }
    static void walk(Choice& choice, std::string const& path, Walker& walker) { Nested::walk(choice, path, walker); }
    static Column column(Choice const& choice) { return std::string(kind_of(choice)); }
    static constexpr ColumnKind column_kind = ColumnKind::text;
    static std::vector<Type const*> inner() { return Nested::inner(); }
};

// Reads what a client sent. Throws Error{invalid} with every problem.
void read_sent(Codec const& codec, Json const& from, void* to);
template <class T> T read_as(Json const& from) {
    T value{};
    if constexpr (Described<T>)
        read_sent(type_of<T>(), from, &value); // null is a problem too: it is not an object
    else
        read_sent(codec_of<T>(), from, &value);
    return value;
}

// Reads what the store wrote.
void read_stored(Codec const& codec, std::string_view json, void* to);
template <class T> T read_stored(std::string_view json) {
    T value{};
    read_stored(codec_of<T>(), json, &value);
    return value;
}

template <class T> std::string to_json(T const& value) {
    std::string out;
    JsonWriter to(out);
    codec_of<T>().write(&value, to);
    return out;
}

} // namespace stepwell::schema
