// Copies documents into a new table after their description has changed.
#pragma once
#include "domain/event.h"
#include "domain/noun.h"
#include "store/session.h"

namespace stepwell::store {

// Copies all documents of a noun to the table `to`, in the order of their numbers. Changes names and slugs that the
// current rules do not allow: they are trimmed, equal ones get the id of their document appended, and reserved slugs
// get a number. Returns an audit event for each changed document.
std::vector<domain::Event> copy_documents(Session& session, domain::Noun const& noun, std::string const& to);

} // namespace stepwell::store
