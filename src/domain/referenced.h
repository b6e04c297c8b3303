// What a variable that refers to a document gives beside its own value, which is the id of that document: the variable
// `Login` that refers to an account gives `Login.Username` and so on.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::domain {

struct ReferencedProperty {
    std::string name; // after the dot
    std::string text;
    bool is_sensitive = false;
};

// Plain text of the secret at a path of the document; empty when it was never set.
using RevealAt = std::function<std::string(std::string_view path)>;

} // namespace stepwell::domain
