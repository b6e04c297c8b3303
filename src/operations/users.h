// People and programs: their passwords, keys and sessions.
#pragma once
#include "operations/documents.h"
#include "store/accounts.h"

namespace stepwell::operations {

// `password` empty: none, as for a service account. Hashing takes some 20 ms.
Stored create_user(Store& store, Actor const& actor, domain::User user, std::string const& password);
void set_password(Store& store, Actor const& actor, std::string const& user_id, std::string const& password);

struct IssuedKey {
    store::ApiKey key;
    std::string plain; // told once
};
// `plain` empty: made up.
IssuedKey issue_api_key(Store& store, Actor const& actor, std::string const& user_id, std::string purpose,
                        std::optional<base::Time> expires, std::string plain = {});
void revoke_api_key(Store& store, Actor const& actor, std::string const& user_id, std::string const& key_id);

struct SignedIn {
    domain::User user;
    std::string token, csrf; // of the cookies
    base::Time expires;
};
// Nothing when name or password are wrong; takes the same time either way.
std::optional<SignedIn> sign_in(Store& store, Actor actor, std::string const& username, std::string const& password, bool remember);
void sign_out(Store& store, std::string const& token);

} // namespace stepwell::operations
