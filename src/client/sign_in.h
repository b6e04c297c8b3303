// Signing in with a password, for a key to use from then on.
#pragma once
#include <string>

namespace stepwell::client {

struct IssuedKey {
    std::string id, key;
};

// Signs in, has the server issue an API key for this user and signs out again. Throws Error{unauthenticated} for a
// wrong password.
IssuedKey issue_key(std::string const& server, std::string const& username, std::string const& password,
                    std::string const& purpose);

} // namespace stepwell::client
