// People and programs: their passwords, keys and sessions.
#pragma once
#include "operations/documents.h"
#include "store/accounts.h"

namespace stepwell::operations {

// `password` empty: none, as for a service account. Hashing takes some 20 ms.
Stored create_user(Store& store, Caller const& caller, domain::User user, std::string const& password);
// The same in a transaction of the caller's; `user` has its id at once.
std::function<void(Transaction&)> prepare_user(Store& store, Caller const& caller, domain::User& user,
                                               std::string const& password);
// A `Password` in the body becomes the user's new one. A new password, and being inactive, end all sessions.
Stored modify_user(Store& store, Caller const& caller, std::string const& user_id, base::Json const& body,
                   std::optional<std::int64_t> if_match);

// Takes the user out of teams and of the managers of spaces, then deletes it.
void delete_user(Store& store, Caller const& caller, std::string_view user_id);

struct IssuedKey {
    store::ApiKey key;
    std::string plain; // told once
};
// `plain` empty: made up.
IssuedKey make_api_key(Store& store, std::string const& user_id, std::string purpose, std::optional<base::Time> expires,
                       std::string plain = {});
void insert_api_key(Transaction& transaction, Caller const& caller, IssuedKey const& issued);
IssuedKey issue_api_key(Store& store, Caller const& caller, std::string const& user_id, std::string purpose,
                        std::optional<base::Time> expires);
void revoke_api_key(Store& store, Caller const& caller, std::string const& user_id, std::string const& key_id);

struct SignedIn {
    domain::User user;
    std::string token, csrf; // of the cookies
    base::Time expires;
};
// Nothing when name or password are wrong; takes the same time either way.
std::optional<SignedIn> sign_in(Store& store, Actor who, std::string const& username, std::string const& password,
                                bool remember);
// Writes into the audit that a sign-in with this name failed.
void record_failed_sign_in(Store& store, Actor const& who, std::string_view username);
void sign_out(Store& store, std::string const& token);
// Ends every session of a user; API keys stay.
void revoke_sessions(Store& store, Caller const& caller, std::string const& user_id);

} // namespace stepwell::operations
