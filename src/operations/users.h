// Users: people and programs, with their passwords, keys and sessions.
#pragma once
#include "operations/documents.h"
#include "store/accounts.h"

namespace stepwell::operations {

// The body of a request that creates or changes a user.
struct UserToSave : domain::User {
    schema::RawText password;

    static constexpr std::string_view type_name = "SaveUserCommand";
    static void describe(auto& field) {
        User::describe(field);
        field("Password", &UserToSave::password, schema::like("correct horse"),
              "Password: at least 8 characters. Empty for a service account, or to keep the password in an update.");
    }
};

// Returns the hash of the password of a new user; empty for a service account, which has no password. Takes about 20
// ms. Throws Error{invalid} if the password is not allowed.
std::string hash_password(domain::User const& user, std::string const& password);
// Adds a new user and sets its id.
void add_user(ChangeContext const& context, domain::User& user, std::string const& password_hash, Change& change);

Stored create_user(Store& store, Caller const& caller, UserToSave const& user);
// A `Password` in the body becomes the new password. A new password, or an inactive user, ends all sessions of the
// user.
Stored modify_user(Store& store, Caller const& caller, std::string const& user_id, base::Json const& body,
                   std::optional<std::int64_t> if_match);

// Removes the user from teams and from the managers of spaces (rules.h). Throws Error{invalid} if the user is the
// caller.
void check_user_deletion(ChangeContext const& context, Stored const& user, Change& first);

struct IssuedKey {
    store::ApiKey key;
    std::string plain; // shown only once
};
// If `plain` is empty, generates a key.
IssuedKey make_api_key(Store& store, std::string const& user_id, std::string purpose, std::optional<base::Time> expires,
                       std::string plain = {});
void add_api_key(ChangeContext const& context, IssuedKey const& issued, Change& change);
IssuedKey issue_api_key(Store& store, Caller const& caller, std::string const& user_id, std::string purpose,
                        std::optional<base::Time> expires);
void revoke_api_key(Store& store, Caller const& caller, std::string const& user_id, std::string const& key_id);

struct SignedIn {
    domain::User user;
    std::string token, csrf; // values of the two cookies
    base::Time expires;
};
// Returns nullopt if name or password are wrong, or if the user is inactive. Takes the same time for an unknown name as
// for a wrong password.
std::optional<SignedIn> sign_in(Store& store, domain::Actor who, std::string const& username,
                                std::string const& password, bool remember);
// Adds an audit event for a failed sign-in.
void record_failed_sign_in(Store& store, Caller const& caller, std::string_view username);
void sign_out(Store& store, std::string const& token);
// Ends all sessions of a user. API keys remain valid.
void revoke_sessions(Store& store, Caller const& caller, std::string const& user_id);

} // namespace stepwell::operations
