// A warning about a value that is allowed but probably not intended.
#pragma once
#include "schema/describe.h"

namespace stepwell::domain {

struct Lint {
    std::string path, message;

    static constexpr std::string_view type_name = "Lint";
    static void describe(auto& field) {
        field("Path", &Lint::path, schema::plain, "Path in the document.");
        field("Message", &Lint::message, schema::plain, "Description of the problem.");
    }
};

} // namespace stepwell::domain
