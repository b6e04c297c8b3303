// Values that JSON alone has no word for.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace stepwell::schema {

// On the wire {"HasValue":bool,"NewValue":string?,"Hint":null}. What is stored never holds the text: the store lifts
// `new_value` out, encrypted, before a document is written. has_value without new_value means "keep".
struct Secret {
    bool has_value = false;
    std::optional<std::string> new_value;
};

// A value in a bag of properties: text, or a secret.
using PropertyValue = std::variant<std::string, Secret>;

// The value of a variable: text or null on the wire; a sensitive one is always null there and lives in `secret`.
struct VariableValue {
    std::optional<std::string> text;
    std::optional<Secret> secret; // set when the variable is sensitive
};

// Any JSON, kept as it came.
struct Verbatim {
    std::string json = "null";
};

// true, false or a text such as an expression; kept as it came.
using BoolOrText = std::variant<bool, std::string>;

// A map whose keys are exactly as sent, in the order sent.
template <class Value> struct Bag {
    std::vector<std::pair<std::string, Value>> items;

    Value* find(std::string_view key) {
        for (auto& item : items)
            if (item.first == key) return &item.second;
        return nullptr;
    }
    Value const* find(std::string_view key) const { return const_cast<Bag*>(this)->find(key); }
};

// What happens to an alternative nobody knows.
enum class Unknown { keep, reject };

// One of several described structs, told apart by the member `By::member`; each alternative has a `kind`. `By` is
//     struct ByStyle { static constexpr std::string_view member = "CommunicationStyle";
//                      static constexpr Unknown unknown = Unknown::keep; };
// An unknown one that is kept is a Verbatim.
template <class By, class... Alternatives> struct OneOf {
    std::variant<Verbatim, Alternatives...> value;
};

// The same, whose members stand among those of the struct it is in. Its field is described by the name `By::member`;
// unknown alternatives are rejected.
template <class By, class... Alternatives> struct FlatOneOf : OneOf<By, Alternatives...> {};

} // namespace stepwell::schema
