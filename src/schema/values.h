// Value types that JSON has no direct equivalent for.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace stepwell::schema {

// A secret text. On the wire it is {"HasValue":bool,"NewValue":string?,"Hint":null}. A stored document never contains
// the text: the store removes `new_value` and encrypts it before it writes a document. `has_value` without `new_value`
// means "keep the stored value".
struct Secret {
    bool has_value = false;
    std::optional<std::string> new_value;
};

// A value in a property bag: text or a secret.
using PropertyValue = std::variant<std::string, Secret>;

// The value of a variable: text or null on the wire. A sensitive value is always null on the wire and is held in
// `secret`.
struct VariableValue {
    std::optional<std::string> text;
    std::optional<Secret> secret; // set if the variable is sensitive
};

// Any JSON value, kept unchanged.
struct Verbatim {
    std::string json = "null";
};

// true, false, or a text such as an expression; kept unchanged.
using BoolOrText = std::variant<bool, std::string>;

// A text that is only compared or hashed, such as a password: it may hold any character.
struct RawText {
    std::string text;
};

// A list of texts. A client may send a single text for a list of one; "" is an empty list then.
struct Texts {
    std::vector<std::string> items;
};

// A map that keeps its keys and their order exactly as sent.
template <class Value> struct Bag {
    std::vector<std::pair<std::string, Value>> items;

    Value* find(std::string_view key) {
        for (auto& item : items)
            if (item.first == key) return &item.second;
        return nullptr;
    }
    Value const* find(std::string_view key) const { return const_cast<Bag*>(this)->find(key); }
};

// What to do with an alternative of an unknown kind.
enum class Unknown { keep, reject };

// One of several described structs, selected by the member `By::member`. Each alternative defines a `kind`. `By` is
//     struct ByStyle { static constexpr std::string_view member = "CommunicationStyle";
//                      static constexpr Unknown unknown = Unknown::keep; };
// An alternative of an unknown kind is kept as Verbatim if `By::unknown` is keep.
template <class By, class... Alternatives> struct OneOf {
    std::variant<Verbatim, Alternatives...> value;
};

// Like OneOf, but its members are members of the enclosing JSON object. Its field is described under the name
// `By::member`. Unknown kinds are rejected.
template <class By, class... Alternatives> struct FlatOneOf : OneOf<By, Alternatives...> {};

} // namespace stepwell::schema
