// Values sealed with the server's key. Each is bound to an owner, so that a sealed value does not open in another
// place.
#pragma once
#include "base/key_ring.h"
#include "store/session.h"

#include <optional>
#include <string>
#include <string_view>

namespace stepwell::store {

// Owner of the proof that a key belongs to its database.
constexpr char const* owner_of_proof = "installation";
// Opens the proof and returns the installation id in it; nullopt if there is no proof yet. Throws Error{internal} if no
// key opens it, so that a wrong key is detected at start.
std::optional<std::string> open_proof(Session& session, base::KeyRing const& key);
std::string owner_of_secret(std::string_view document, std::string_view path);
std::string owner_of_run_output(std::string_view run, std::string_view name);
// Owner of an output variable of an attempt.
std::string owner_of_output(std::string_view ticket, std::string_view name);

} // namespace stepwell::store
