// The target of a symbol: a node of the name tree, a part of a JSON document, or an element of a loop.
#pragma once
#include "variables/language/lenient_json.h"
#include "variables/language/names.h"

#include <optional>

namespace stepwell::variables {

struct Place {
    enum class Kind { node, text, number, json, property } kind = Kind::node;
    PathTree::Id node = PathTree::none;
    std::string_view text;                  // of a text
    std::size_t number = 0;                 // of a number, which is formatted when used
    JsonDocument const* document = nullptr; // of a json and a property
    Json const* json = nullptr;             // of a json
    Json::Member const* property = nullptr; // of a property: its value is the name; .Key and .Text are below it
    bool literal = false;                   // of all kinds except node
};

// One iteration of a loop. Inner loops hide variables of outer loops with the same name.
struct Round {
    Round const* outer = nullptr;
    std::string_view variable;
    Place item;
    std::size_t index = 0;
    bool last = false;
};

// A text: borrowed from the dictionary, or owned.
class Text {
public:
    Text() = default;
    explicit Text(std::string_view borrowed) : borrowed_(borrowed) {}
    explicit Text(std::string&& made) : made_(std::move(made)) {}

    std::string_view view() const { return made_ ? std::string_view(*made_) : borrowed_; }
    std::string take() && { return made_ ? std::move(*made_) : std::string(borrowed_); }

private:
    std::optional<std::string> made_;
    std::string_view borrowed_;
};

} // namespace stepwell::variables
