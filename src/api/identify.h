// Who asks: an API key, a bearer token, or a session cookie with its CSRF header.
#pragma once
#include "api/call.h"
#include "domain/permission.h"

namespace stepwell::api {

// Fills in call.caller; anonymous stays unknown. Throws Error{unauthenticated} for rejected credentials,
// Error{forbidden} when a page of another site wants to change something without a key.
void identify(Call& call, store::Session& session);
// Throws Error{unauthenticated} for the anonymous, Error{forbidden} that names the permission for the others.
void authorize(Call const& call, domain::Permission permission);

// For answers that go on: whether the one who asked still may. Asked again before more is told. From any thread.
class Standing {
public:
    Standing(Call const& call, domain::Permission permission);
    bool holds() const;

private:
    House house_;
    net::Request request_;
    domain::Permission permission_;
};

// Names of the two cookies of this installation.
std::string session_cookie(store::Store const& store);
std::string csrf_cookie(store::Store const& store);

} // namespace stepwell::api
