// Who asks: an API key, a bearer token, or a session cookie with its CSRF header.
#pragma once
#include "api/call.h"

namespace stepwell::api {

// Fills in call.caller; anonymous stays unknown. Throws Error{unauthenticated} for rejected credentials,
// Error{forbidden} when a page of another site wants to change something without a key.
void identify(Call& call, store::Session& session);

// Names of the two cookies of this installation.
std::string session_cookie(store::Store const& store);
std::string csrf_cookie(store::Store const& store);

} // namespace stepwell::api
