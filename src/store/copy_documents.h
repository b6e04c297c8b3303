// Documents of a table whose description has changed, rewritten into the table that replaces it.
#pragma once
#include "domain/noun.h"
#include "store/session.h"

namespace stepwell::store {

// From the noun's own table to the table `to`, in the order of their numbers.
void copy_documents(Session& session, domain::Noun const& noun, std::string const& to);

} // namespace stepwell::store
