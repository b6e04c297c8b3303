// Copies documents into a new table after their description has changed.
#pragma once
#include "domain/noun.h"
#include "store/session.h"

namespace stepwell::store {

// Copies all documents of a noun to the table `to`, in the order of their numbers.
void copy_documents(Session& session, domain::Noun const& noun, std::string const& to);

} // namespace stepwell::store
