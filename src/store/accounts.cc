#include "store/accounts.h"

#include "base/id.h"
#include "base/text.h"

namespace stepwell::store {

namespace {

std::int64_t millis(Time time) { return time.time_since_epoch().count(); }
Time time_of(std::int64_t value) { return Time(base::Duration(value)); }

ApiKey api_key_from(Row const& row) {
    ApiKey key{row.string(0), row.string(1), row.string(2), row.string(3), time_of(row.integer(4)), {}};
    if (!row.is_null(5)) key.expires = time_of(row.integer(5));
    return key;
}
constexpr char const* api_key_columns = "select id, user_id, hint, purpose, created, expires from api_key where ";

} // namespace

void set_password_hash(Session& session, std::string const& user_id, std::string const& hash) {
    session.exec(
        "insert into password(user_id, hash) values(?, ?) on conflict(user_id) do update set hash = excluded.hash",
        user_id, hash);
}

std::optional<std::string> find_password_hash(Session& session, std::string const& user_id) {
    return session.text("select hash from password where user_id = ?", user_id);
}

void insert_api_key(Session& session, ApiKey const& key, std::string_view plain) {
    auto digest = base::sha256(plain);
    std::optional<std::int64_t> expires;
    if (key.expires) expires = millis(*key.expires);
    session.exec("insert into api_key(id, number, user_id, digest, hint, purpose, created, expires) values(?, ?, ?, ?, "
                 "?, ?, ?, ?)",
                 key.id, base::number_of(key.id), key.user_id, Bytes{digest}, key.hint, key.purpose,
                 millis(key.created), expires);
}

std::optional<ApiKey> find_api_key(Session& session, std::string_view plain) {
    std::optional<ApiKey> key;
    auto digest = base::sha256(plain);
    session.each(
        std::string(api_key_columns) + "digest = ?", [&](Row const& row) { key = api_key_from(row); }, Bytes{digest});
    return key;
}

std::vector<ApiKey> list_api_keys(Session& session, std::string const& user_id) {
    std::vector<ApiKey> keys;
    session.each(
        std::string(api_key_columns) + "user_id = ? order by number desc",
        [&](Row const& row) { keys.push_back(api_key_from(row)); }, user_id);
    return keys;
}

bool delete_api_key(Session& session, std::string const& user_id, std::string const& id) {
    return session.exec("delete from api_key where user_id = ? and lower(id) = ?", user_id, base::to_lower(id)) > 0;
}

void insert_sign_in(Session& session, SignIn const& sign_in, std::string_view token) {
    auto digest = base::sha256(token);
    session.exec("insert into sign_in(digest, user_id, csrf, created, expires) values(?, ?, ?, ?, ?)", Bytes{digest},
                 sign_in.user_id, sign_in.csrf, millis(sign_in.created), millis(sign_in.expires));
}

std::optional<SignIn> find_sign_in(Session& session, std::string_view token) {
    std::optional<SignIn> found;
    auto digest = base::sha256(token);
    session.each(
        "select user_id, csrf, created, expires from sign_in where digest = ?",
        [&](Row const& row) {
            found = SignIn{row.string(0), row.string(1), time_of(row.integer(2)), time_of(row.integer(3))};
        },
        Bytes{digest});
    return found;
}

void delete_sign_in(Session& session, std::string_view token) {
    auto digest = base::sha256(token);
    session.exec("delete from sign_in where digest = ?", Bytes{digest});
}

void delete_sign_ins_of(Session& session, std::string const& user_id) {
    session.exec("delete from sign_in where user_id = ?", user_id);
}

void delete_expired_sign_ins(Session& session, Time now) {
    session.exec("delete from sign_in where expires < ?", millis(now));
}

void delete_account(Session& session, std::string const& user_id) {
    for (auto table : {"password", "api_key", "sign_in", "idempotency"})
        session.exec("delete from " + std::string(table) + " where user_id = ?", user_id);
}

std::optional<Remembered> find_remembered(Session& session, std::string const& user_id, std::string const& key,
                                          Time since) {
    std::optional<Remembered> found;
    session.each(
        "select request, status, answer from idempotency where user_id = ? and idempotency_key = ? and created >= ?",
        [&](Row const& row) { found = Remembered{row.string(0), int(row.integer(1)), row.string(2)}; }, user_id, key,
        millis(since));
    return found;
}

void remember(Session& session, std::string const& user_id, std::string const& key, Remembered const& answer,
              Time now) {
    session.exec(
        "insert into idempotency(user_id, idempotency_key, request, status, answer, created) values(?, ?, ?, ?, ?, ?)",
        user_id, key, Bytes{answer.request}, answer.status, answer.answer, millis(now));
}

void forget_remembered_before(Session& session, Time time) {
    session.exec("delete from idempotency where created < ?", millis(time));
}

} // namespace stepwell::store
