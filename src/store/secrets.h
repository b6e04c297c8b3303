// Secrets of documents, stored separately. They are sealed with the server's key and bound to owner and path, so that a
// copied row does not open.
#pragma once
#include "store/store.h"

namespace stepwell::store {

struct Draft;

std::string seal_secret(base::KeyRing const& key, std::string_view owner, std::string_view path,
                        std::string_view plain);

// Stores the new secrets of a draft and deletes those that its document no longer has. Reports a problem if a secret to
// keep does not exist.
void keep_secrets(Session& session, Draft const& draft);
// Stores a sealed secret that belongs to no document. Does nothing if it exists.
void keep_first_secret(Session& session, std::string const& owner, std::string const& path, std::string const& sealed);
// Returns the row numbers of the current secrets of an owner, by path. A snapshot stores these numbers.
std::map<std::string, std::int64_t> current_secrets(Session& session, std::string const& owner);
// Returns the plain text of a row. Throws Error{internal} if it does not open.
std::string reveal_secret(Session& session, base::KeyRing const& key, std::int64_t number);
std::optional<std::string> reveal_current(Session& session, base::KeyRing const& key, std::string const& owner,
                                          std::string const& path);

} // namespace stepwell::store
