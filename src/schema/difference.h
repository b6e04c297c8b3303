// The difference between two JSON documents as a JSON patch (RFC 6902).
#pragma once
#include "base/json.h"

namespace stepwell::schema {

// Appends an array of {"op","path","value"}. List elements are compared by index.
void write_difference(base::Json const& before, base::Json const& after, base::JsonWriter& to);

} // namespace stepwell::schema
