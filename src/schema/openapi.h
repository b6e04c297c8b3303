// OpenAPI schemas, generated from descriptions.
#pragma once
#include "schema/type.h"

#include <map>

namespace stepwell::schema {

// Adds `type` and every described type inside it to `all`, by name.
void collect(Type const& type, std::map<std::string_view, Type const*>& all);
// Writes {"type":"object","properties":{…},"required":[…],"example":{…}}. The example is that of a response.
void write_schema(Type const& type, JsonWriter& to);
// Writes the schemas of values that are not described structs: SensitiveValue, PropertyValue.
void write_value_schemas(JsonWriter& to);
// Returns a digest of everything that determines how documents of this type are stored.
std::string fingerprint(Type const& type);

} // namespace stepwell::schema
