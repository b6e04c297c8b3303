// OpenAPI schemas from descriptions.
#pragma once
#include "schema/type.h"

#include <map>

namespace stepwell::schema {

// Collects `type` and every described type inside it, by name.
void collect(Type const& type, std::map<std::string_view, Type const*>& all);
// {"type":"object","properties":{…},"required":[…],"example":{…}}; the example is one of an answer.
void write_schema(Type const& type, JsonWriter& to);
// The schemas of values that are no described struct: SensitiveValue, PropertyValue.
void write_value_schemas(JsonWriter& to);
// A digest of everything that decides how documents of this type are stored.
std::string fingerprint(Type const& type);

} // namespace stepwell::schema
