// Signing in with a password to obtain an API key.
#pragma once
#include <string>

namespace stepwell::client {

struct IssuedKey {
    std::string id, key;
};

// Signs in, creates an API key for the user, and signs out. Throws Error{unauthenticated} if the password is wrong.
IssuedKey issue_key(std::string const& server, std::string const& username, std::string const& password,
                    std::string const& purpose);

} // namespace stepwell::client
