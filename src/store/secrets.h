// Secrets lifted out of documents. Sealed with the server's key and bound to owner and path, so that a row copied
// elsewhere does not open.
#pragma once
#include "store/store.h"

namespace stepwell::store {

struct Draft;

std::string seal_secret(base::KeyRing const& key, std::string_view owner, std::string_view path,
                        std::string_view plain);

// Stores the new secrets of a draft and forgets those its document no longer has. A kept secret that is not there is a
// problem: the caller believed in a value that never was.
void keep_secrets(Session& session, Draft const& draft);
// A secret of no document, sealed already; does nothing when there is one.
void keep_first_secret(Session& session, std::string const& owner, std::string const& path, std::string const& sealed);
// Row numbers of the current version of each secret of an owner, by path: what a snapshot pins.
std::map<std::string, std::int64_t> current_secrets(Session& session, std::string const& owner);
// The plain text of one row; throws Error{internal} when it does not open.
std::string reveal_secret(Session& session, base::KeyRing const& key, std::int64_t number);
std::optional<std::string> reveal_current(Session& session, base::KeyRing const& key, std::string const& owner,
                                          std::string const& path);

} // namespace stepwell::store
