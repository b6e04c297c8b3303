// Warns about members of documents that are stored and have no effect yet.
#pragma once
#include "domain/lint.h"
#include "domain/noun.h"

namespace stepwell::domain {

// Returns true if a type has such members (schema::without_effect), or a type inside it.
bool has_members_without_effect(schema::Type const& type);
// Returns one warning for each such member that does not have its default value: that of `usual`, or of a
// default-constructed object.
std::vector<Lint> lint_members(schema::Type const& type, void const* object, void const* usual);
std::vector<Lint> lint_members(schema::Type const& type, void const* object);
inline std::vector<Lint> lint_members(Noun const& noun, Document const& object) {
    return lint_members(*noun.type, &object);
}

} // namespace stepwell::domain
