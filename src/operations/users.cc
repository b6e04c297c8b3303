#include "operations/users.h"

#include "base/error.h"
#include "base/text.h"

namespace stepwell::operations {

using domain::User;
using store::Session;

namespace {

constexpr std::size_t shortest_password = 8;

void check_password(std::string const& password) {
    if (password.size() < shortest_password)
        base::reject("Password", fmt::format("should have at least {} characters", shortest_password));
}

void append(Transaction& transaction, Actor const& actor, domain::Event const& event) {
    store::append_event(transaction, store::prepare_event(actor, transaction.now, event));
}

domain::Event key_event(char const* category, store::ApiKey const& key, char const* what) {
    return domain::EventText(category, "").say("API key ").name(key.id, key.hint).say(std::string(what) + " for user ").name(key.user_id, key.user_id).done();
}

} // namespace

Stored create_user(Store& store, Actor const& actor, User user, std::string const& password) {
    if (!user.is_service) check_password(password);
    else if (!password.empty()) base::reject("Password", "A service account cannot have a password.");
    user.is_active = true;
    user.created = store.clock().now();
    auto hash = password.empty() ? std::string() : base::hash_password(password);
    Extras extras;
    extras.also = [&](Transaction& transaction, Document const& object) {
        if (!hash.empty()) store::set_password_hash(transaction.session, object.id, hash);
    };
    return insert(store, actor, user, extras);
}

void set_password(Store& store, Actor const& actor, std::string const& user_id, std::string const& password) {
    check_password(password);
    auto hash = base::hash_password(password);
    store.write([&](Transaction& transaction) {
        store::set_password_hash(transaction.session, user_id, hash);
        store::delete_sign_ins_of(transaction.session, user_id);
        append(transaction, actor, domain::EventText("Modified", "").say("The password of user ").name(user_id, user_id).say(" was changed").done());
    });
}

IssuedKey issue_api_key(Store& store, Actor const& actor, std::string const& user_id, std::string purpose, std::optional<base::Time> expires, std::string plain) {
    if (plain.empty()) plain = "API-" + base::random_letters(32);
    store::ApiKey key{store.next_id("APIKeys"), user_id, plain.substr(0, 8), std::move(purpose), store.clock().now(), expires};
    auto event = store::prepare_event(actor, key.created, key_event("Created", key, " was created"));
    store.write([&](Transaction& transaction) {
        store::insert_api_key(transaction.session, key, plain);
        store::append_event(transaction, event);
    });
    return {std::move(key), std::move(plain)};
}

void revoke_api_key(Store& store, Actor const& actor, std::string const& user_id, std::string const& key_id) {
    store.write([&](Transaction& transaction) {
        auto keys = store::list_api_keys(transaction.session, user_id);
        auto at = std::ranges::find_if(keys, [&](auto const& key) { return base::equal_ignoring_case(key.id, key_id); });
        if (at == keys.end()) store::throw_not_found(key_id);
        store::delete_api_key(transaction.session, user_id, key_id);
        append(transaction, actor, key_event("Deleted", *at, " was revoked"));
    });
}

std::optional<SignedIn> sign_in(Store& store, Actor actor, std::string const& username, std::string const& password, bool remember) {
    std::optional<User> user;
    std::optional<std::string> hash;
    store.read([&](Session& session) {
        auto listed = store::list_documents(session, domain::noun_of<User>(), {{}, username, {}, {}, 0, 1});
        if (listed.items.empty()) return;
        user = store::parse<User>(listed.items[0]);
        hash = store::find_password_hash(session, user->id);
    });
    // A hash nobody has the password of: an unknown name must cost what a wrong password costs.
    static std::string const decoy = base::hash_password(base::random_bytes(16));
    bool matches = base::password_matches(password, hash.value_or(decoy));
    if (!matches || !hash || !user->is_active) return std::nullopt;

    auto now = store.clock().now();
    auto lasts = remember ? std::chrono::hours(24 * 14) : std::chrono::hours(12);
    SignedIn signed_in{*user, base::to_hex(base::random_bytes(32)), base::to_hex(base::random_bytes(32)), now + lasts};
    actor.user_id = user->id;
    actor.username = user->username;
    actor.established_with = "Username / Password";
    auto event = store::prepare_event(actor, now, domain::EventText("LoginSucceeded", "").say("User ").name(user->id, user->username).say(" signed in").done());
    store.write([&](Transaction& transaction) {
        store::delete_expired_sign_ins(transaction.session, now);
        store::insert_sign_in(transaction.session, {user->id, signed_in.csrf, now, signed_in.expires}, signed_in.token);
        store::append_event(transaction, event);
    });
    return signed_in;
}

void sign_out(Store& store, std::string const& token) {
    store.write([&](Transaction& transaction) { store::delete_sign_in(transaction.session, token); });
}

} // namespace stepwell::operations
