#include "operations/users.h"

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "schema/describe_once.h"

namespace stepwell::operations {

using domain::User;
using store::Session;

namespace {

constexpr std::size_t shortest_password = 8;

void check_password(std::string const& password) {
    if (password.size() < shortest_password)
        base::reject("Password", fmt::format("must have at least {} characters", shortest_password));
}

[[noreturn]] void refuse_password() { base::reject("Password", "must be empty: a service account has no password"); }

void append(ChangeContext const& context, domain::Event const& event, Change& change) {
    change.append(store::prepare_event(context.caller.actor, context.store.clock().now(), event));
}

void set_password(std::string const& user_id, std::string const& hash, Change& change) {
    change.write(
        [user_id, hash](Transaction& transaction) { store::set_password_hash(transaction.session, user_id, hash); });
}

void end_sessions(std::string const& user_id, Change& change) {
    change.write([user_id](Transaction& transaction) { store::delete_sign_ins_of(transaction.session, user_id); });
}

domain::Event user_event(std::string_view what, User const& user, std::string_view happened) {
    return domain::EventText("Modified", "").say(what).name(user.id, user.username).say(happened).done();
}

domain::Event key_event(char const* category, store::ApiKey const& key, char const* what) {
    return domain::EventText(category, "")
        .say("API key ")
        .name(key.id, key.hint)
        .say(std::string(what) + " for user ")
        .name(key.user_id, key.user_id)
        .done();
}

} // namespace

std::string hash_password(User const& user, std::string const& password) {
    if (password.empty() && user.is_service) return {};
    if (user.is_service) refuse_password();
    check_password(password);
    return base::hash_password(password);
}

void add_user(ChangeContext const& context, User& user, std::string const& password_hash, Change& change) {
    user.is_active = true;
    user.created = context.store.clock().now();
    add_new(context, domain::noun_of<User>(), user, change);
    if (!password_hash.empty()) set_password(user.id, password_hash, change);
}

Stored create_user(Store& store, Caller const& caller, UserToSave const& user) {
    auto const hash = hash_password(user, user.password.text);
    return commit_document(store, [&](Session& session) {
        User made = user;
        Change change;
        add_user({store, session, caller}, made, hash, change);
        return change;
    });
}

namespace {

Change modification_of(ChangeContext const& context, std::string const& user_id, base::Json const& body,
                       std::optional<std::int64_t> if_match, std::string const& hash) {
    auto const [stored, before, next] = read_modified(context, domain::noun_of<User>(), "", user_id, body, if_match);
    auto& user = static_cast<User&>(*next);
    // One user who can manage others must always remain.
    if (!user.is_active && base::equal_ignoring_case(user.id, context.caller.actor.user_id))
        base::reject("IsActive", "must be true for your own user");
    if (!hash.empty() && user.is_service) refuse_password();
    Change change;
    add_update(context, domain::noun_of<User>(), user, stored, change);
    if (!hash.empty()) {
        set_password(user.id, hash, change);
        append(context, user_event("The password of user ", user, " was changed"), change);
    }
    if (!hash.empty() || !user.is_active) end_sessions(user.id, change);
    return change;
}

} // namespace

Stored modify_user(Store& store, Caller const& caller, std::string const& user_id, base::Json const& body,
                   std::optional<std::int64_t> if_match) {
    auto const password = schema::read_as<UserToSave>(body).password.text;
    std::string hash;
    if (!password.empty()) {
        check_password(password);
        hash = base::hash_password(password);
    }
    return commit_document(store, [&](Session& session) {
        return modification_of({store, session, caller}, user_id, body, if_match, hash);
    });
}

namespace {

// Takes the user out of the documents that list it as a member.
template <class T> void leave_all(ChangeContext const& context, std::vector<base::Id<User>> T::* members,
                                  std::string const& user_id, Change& change) {
    auto const& noun = domain::noun_of<T>();
    change.expect_no_other(context, noun, {});
    store::ListQuery every;
    every.take = store::everything;
    for (auto const& stored : store::list_documents(context.session, noun, every).items) {
        if (!base::contains_ignoring_case(stored.json, '"' + user_id + '"')) continue; // most documents are not parsed
        auto next = store::parse<T>(stored);
        if (std::erase_if(next.*members,
                          [&](auto const& each) { return base::equal_ignoring_case(each.value, user_id); }) > 0)
            add_update(context, noun, next, stored, change);
    }
}

} // namespace

void check_user_deletion(ChangeContext const& context, Stored const& user, Change& first) {
    if (base::equal_ignoring_case(user.id, context.caller.actor.user_id))
        base::reject("", "You cannot delete yourself.");
    leave_all(context, &domain::Team::members, user.id, first);
    leave_all(context, &domain::Space::manager_users, user.id, first);
}

IssuedKey make_api_key(Store& store, std::string const& user_id, std::string purpose, std::optional<base::Time> expires,
                       std::string plain) {
    if (plain.empty()) plain = "API-" + base::random_letters(32);
    return {{store.next_id("APIKeys"), user_id, plain.substr(0, 8), std::move(purpose), store.clock().now(), expires},
            plain};
}

void add_api_key(ChangeContext const& context, IssuedKey const& issued, Change& change) {
    change.write(
        [issued](Transaction& transaction) { store::insert_api_key(transaction.session, issued.key, issued.plain); });
    append(context, key_event("Created", issued.key, " was created"), change);
}

IssuedKey issue_api_key(Store& store, Caller const& caller, std::string const& user_id, std::string purpose,
                        std::optional<base::Time> expires) {
    auto issued = make_api_key(store, user_id, std::move(purpose), expires);
    commit(store, [&](Session& session) {
        auto const user = store::find_document(session, domain::noun_of<User>(), user_id, {});
        if (!user) store::throw_not_found(user_id);
        Change change;
        change.expect(domain::noun_of<User>(), *user);
        add_api_key({store, session, caller}, issued, change);
        return change;
    });
    return issued;
}

void revoke_api_key(Store& store, Caller const& caller, std::string const& user_id, std::string const& key_id) {
    commit(store, [&](Session& session) {
        auto keys = store::list_api_keys(session, user_id);
        auto at =
            std::ranges::find_if(keys, [&](auto const& key) { return base::equal_ignoring_case(key.id, key_id); });
        if (at == keys.end()) store::throw_not_found(key_id);
        Change change;
        change.use_reserve(store::Reserve::use);
        change.require([user_id, id = at->id](Transaction& transaction) {
            return store::delete_api_key(transaction.session, user_id, id);
        });
        append({store, session, caller}, key_event("Deleted", *at, " was revoked"), change);
        return change;
    });
}

std::optional<SignedIn> sign_in(Store& store, domain::Actor who, std::string const& username,
                                std::string const& password, bool remember) {
    std::optional<User> user;
    std::optional<std::string> hash;
    store.read([&](Session& session) {
        auto listed = store::list_documents(session, domain::noun_of<User>(), {{}, username, {}, {}, 0, 1});
        if (listed.items.empty()) return;
        user = store::parse<User>(listed.items[0]);
        hash = store::find_password_hash(session, user->id);
    });
    // A hash without a known password, so that an unknown name takes the same time as a wrong password.
    static std::string const decoy = base::hash_password(base::random_bytes(16));
    bool matches = base::password_matches(password, hash.value_or(decoy));
    if (!matches || !hash || !user->is_active) return std::nullopt;

    auto now = store.clock().now();
    auto lasts = remember ? std::chrono::hours(24 * 14) : std::chrono::hours(12);
    SignedIn signed_in{*user, base::to_hex(base::random_bytes(32)), base::to_hex(base::random_bytes(32)), now + lasts};
    who.user_id = user->id;
    who.username = user->username;
    who.established_with = "Username / Password";
    Change change;
    change.use_reserve(store::Reserve::admit);
    // A password that was changed meanwhile has ended all sessions: no later one is made with the former password.
    change.require([id = user->id, hash](Transaction& transaction) {
        return store::find_password_hash(transaction.session, id) == hash;
    });
    store::SignIn const row{user->id, signed_in.csrf, now, signed_in.expires};
    change.write([row, now, token = signed_in.token](Transaction& transaction) {
        store::delete_expired_sign_ins(transaction.session, now);
        store::insert_sign_in(transaction.session, row, token);
    });
    change.append(store::prepare_event(
        who, now,
        domain::EventText("LoginSucceeded", "").say("User ").name(user->id, user->username).say(" signed in").done()));
    try {
        commit(store, std::move(change));
    } catch (base::Error const& error) {
        if (error.kind() != base::Kind::conflict) throw;
        return std::nullopt;
    }
    return signed_in;
}

void record_failed_sign_in(Store& store, Caller const& caller, std::string_view username) {
    auto const event = domain::EventText("LoginFailed", "")
                           .say("A sign-in as '" + base::to_utf8(username.substr(0, 100)) + "' failed")
                           .done();
    Change change;
    change.append(store::prepare_event(caller.actor, store.clock().now(), event));
    commit(store, std::move(change));
}

void sign_out(Store& store, std::string const& token) {
    Change change;
    change.use_reserve(store::Reserve::use);
    change.write([token](Transaction& transaction) { store::delete_sign_in(transaction.session, token); });
    commit(store, std::move(change));
}

void revoke_sessions(Store& store, Caller const& caller, std::string const& user_id) {
    commit(store, [&](Session& session) {
        auto const user = store::load<User>(session, user_id);
        Change change;
        change.use_reserve(store::Reserve::use);
        end_sessions(user.id, change);
        append({store, session, caller}, user_event("The sessions of user ", user, " were ended"), change);
        return change;
    });
}

} // namespace stepwell::operations
