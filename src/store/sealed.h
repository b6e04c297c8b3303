// What is sealed with the server's key, and to whom each piece is bound: a seal that was moved elsewhere does not open.
#pragma once
#include "base/key_ring.h"
#include "store/session.h"

#include <optional>
#include <string>
#include <string_view>

namespace stepwell::store {

// Of the proof that a key belongs to its database.
constexpr char const* owner_of_proof = "installation";
// Opens the proof and returns the id of the installation in it; nullopt if there is no proof yet. Throws
// Error{internal} if no key opens it: a wrong key is found at start, not at the first secret.
std::optional<std::string> open_proof(Session& session, base::KeyRing const& key);
std::string owner_of_secret(std::string_view document, std::string_view path);
std::string owner_of_run_output(std::string_view run, std::string_view name);
// Of an output variable of an attempt.
std::string owner_of_output(std::string_view ticket, std::string_view name);

} // namespace stepwell::store
