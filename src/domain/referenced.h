// Properties of documents that variables refer to. The value of such a variable is the id of the document. A variable
// `Login` that refers to an account also defines `Login.Username` and so on.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::domain {

struct ReferencedProperty {
    std::string name; // the part after the dot
    std::string text;
    bool is_sensitive = false;
};

// Returns the plain text of the secret at a path of the document; empty if it was never set.
using RevealAt = std::function<std::string(std::string_view path)>;

} // namespace stepwell::domain
