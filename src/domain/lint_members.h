// Warns about members of documents that are stored and have no effect yet.
#pragma once
#include "domain/lint.h"
#include "domain/noun.h"

namespace stepwell::domain {

// Returns true if a noun has such members (schema::without_effect).
bool has_members_without_effect(Noun const& noun);
// Returns one warning for each such member that does not have its default value. Paths are names of members.
std::vector<Lint> lint_members(Noun const& noun, Document const& object);

} // namespace stepwell::domain
