// Authentication of requests: an API key, or a session cookie with its CSRF header.
#pragma once
#include "api/call.h"

namespace stepwell::api {

// Sets call.caller; leaves it unchanged for an anonymous request. Throws Error{unauthenticated} for rejected
// credentials, including every bearer token. Throws Error{forbidden} for a change without an API key by a page of
// another site.
void identify(Call& call, store::Session& session);

// Return the names of the two cookies of this installation.
std::string session_cookie(store::Store const& store);
std::string csrf_cookie(store::Store const& store);

} // namespace stepwell::api
