// Credentials of users. Only digests are stored: of passwords (Argon2id), API keys and sessions (SHA-256).
#pragma once
#include "store/store.h"

namespace stepwell::store {

void set_password_hash(Session& session, std::string const& user_id, std::string const& hash);
std::optional<std::string> find_password_hash(Session& session, std::string const& user_id);

struct ApiKey {
    std::string id, user_id, hint, purpose; // hint: its first characters, such as API-ABCD
    Time created;
    std::optional<Time> expires;
};
void insert_api_key(Session& session, ApiKey const& key, std::string_view plain);
std::optional<ApiKey> find_api_key(Session& session, std::string_view plain);
std::vector<ApiKey> list_api_keys(Session& session, std::string const& user_id); // newest first
bool delete_api_key(Session& session, std::string const& user_id, std::string const& id);

struct SignIn {
    std::string user_id, csrf;
    Time created, expires;
};
void insert_sign_in(Session& session, SignIn const& sign_in, std::string_view token);
std::optional<SignIn> find_sign_in(Session& session, std::string_view token);
void delete_sign_in(Session& session, std::string_view token);
void delete_sign_ins_of(Session& session, std::string const& user_id);
void delete_expired_sign_ins(Session& session, Time now);

// Deletes the password, API keys and sessions of a user.
void delete_account(Session& session, std::string const& user_id);

// The response to a request with an Idempotency-Key. `request` is a digest of method, path and body.
struct Remembered {
    std::string request;
    int status;
    std::string answer;
};
// Returns the answer that was stored at `since` or later; nullopt if there is none.
std::optional<Remembered> find_remembered(Session& session, std::string const& user_id, std::string const& key,
                                          Time since);
void remember(Session& session, std::string const& user_id, std::string const& key, Remembered const& answer, Time now);
void forget_remembered_before(Session& session, Time time);

} // namespace stepwell::store
