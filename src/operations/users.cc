#include "operations/users.h"

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using domain::User;
using store::Session;

namespace {

constexpr std::size_t shortest_password = 8;

void check_password(std::string const& password) {
    if (password.size() < shortest_password)
        base::reject("Password", fmt::format("should have at least {} characters", shortest_password));
}

[[noreturn]] void refuse_password() { base::reject("Password", "A service account cannot have a password."); }

std::string password_in(base::Json const& body) {
    auto value = base::find_member(body, "Password");
    if (!value || value->is_null()) return {};
    if (!value->is_string()) base::reject("Password", "should be a text");
    return std::string(value->get_string());
}

void append(Transaction& transaction, Caller const& caller, domain::Event const& event) {
    store::append_event(transaction, store::prepare_event(caller.actor, transaction.now, event));
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

std::function<void(Transaction&)> prepare_user(Store& store, Caller const& caller, User& user,
                                               std::string const& password) {
    if (!user.is_service)
        check_password(password);
    else if (!password.empty())
        refuse_password();
    user.is_active = true;
    user.created = store.clock().now();
    user.id = store.next_id(User::prefix);
    auto hash = password.empty() ? std::string() : base::hash_password(password);
    auto draft = store::draft_of(store, caller.actor, user);
    return [draft, hash](Transaction& transaction) {
        store::insert_document(transaction, draft);
        if (!hash.empty()) store::set_password_hash(transaction.session, draft.id, hash);
    };
}

Stored create_user(Store& store, Caller const& caller, User user, std::string const& password) {
    store.write(prepare_user(store, caller, user, password));
    auto stored = store.read(
        [&](Session& session) { return store::find_document(session, domain::noun_of<User>(), user.id, {}); });
    if (!stored) store::throw_not_found(user.id); // deleted again meanwhile
    return std::move(*stored);
}

Stored modify_user(Store& store, Caller const& caller, std::string const& user_id, base::Json const& body,
                   std::optional<std::int64_t> if_match) {
    auto password = password_in(body);
    std::string hash;
    if (!password.empty()) {
        check_password(password);
        hash = base::hash_password(password);
    }
    Extras extras;
    extras.settle = [&](Session&, Document& next, Document const*) {
        // So there is always one left who may let others in again.
        if (!static_cast<User&>(next).is_active && base::equal_ignoring_case(user_id, caller.actor.user_id))
            base::reject("IsActive", "You cannot disable yourself.");
        if (!hash.empty() && static_cast<User&>(next).is_service) refuse_password();
    };
    extras.also = [&](Transaction& transaction, Document const& next) {
        auto const& user = static_cast<User const&>(next);
        if (!hash.empty()) {
            store::set_password_hash(transaction.session, user.id, hash);
            append(transaction, caller,
                   domain::EventText("Modified", "")
                       .say("The password of user ")
                       .name(user.id, user.username)
                       .say(" was changed")
                       .done());
        }
        if (!hash.empty() || !user.is_active) store::delete_sign_ins_of(transaction.session, user.id);
    };
    return modify(store, caller, domain::noun_of<User>(), "", user_id, body, if_match, extras);
}

namespace {

struct Edit {
    Noun const* noun;
    Stored before;
    std::shared_ptr<Document> next;
};

// Documents that list the user as a member, without it.
template <class T> void leave_all(Session& session, std::vector<base::Id<User>> T::* members,
                                  std::string const& user_id, std::vector<Edit>& edits) {
    auto const& noun = domain::noun_of<T>();
    store::ListQuery every;
    every.take = store::everything;
    for (auto& stored : store::list_documents(session, noun, every).items) {
        if (!base::contains_ignoring_case(stored.json, '"' + user_id + '"')) continue; // most: not parsed
        auto next = std::make_shared<T>(store::parse<T>(stored));
        if (std::erase_if(next.get()->*members,
                          [&](auto const& each) { return base::equal_ignoring_case(each.value, user_id); }) > 0)
            edits.push_back({&noun, std::move(stored), std::move(next)});
    }
}

} // namespace

void delete_user(Store& store, Caller const& caller, std::string_view user_id) {
    auto const& noun = domain::noun_of<User>();
    std::vector<Edit> edits;
    store.read([&](Session& session) {
        auto user = store::find_document(session, noun, user_id, {});
        if (!user) store::throw_not_found(user_id);
        leave_all(session, &domain::Team::members, user->id, edits);
        leave_all(session, &domain::Space::manager_users, user->id, edits);
    });
    std::vector<store::Draft> drafts;
    for (auto& edit : edits)
        drafts.push_back(store::draft_of(store, caller.actor, *edit.noun, *edit.next, edit.before.json));
    store.write([&](Transaction& transaction) {
        for (std::size_t i = 0; i < edits.size(); ++i)
            if (!store::update_document(transaction, drafts[i], edits[i].before))
                throw base::Error(base::Kind::conflict,
                                  edits[i].before.id + " was changed in the meantime. Try again.");
        auto user = store::find_document(transaction.session, noun, user_id, {});
        if (!user) store::throw_not_found(user_id);
        store::delete_document(transaction, caller.actor, noun, *user);
    });
}

IssuedKey make_api_key(Store& store, std::string const& user_id, std::string purpose, std::optional<base::Time> expires,
                       std::string plain) {
    if (plain.empty()) plain = "API-" + base::random_letters(32);
    return {{store.next_id("APIKeys"), user_id, plain.substr(0, 8), std::move(purpose), store.clock().now(), expires},
            plain};
}

void insert_api_key(Transaction& transaction, Caller const& caller, IssuedKey const& issued) {
    store::insert_api_key(transaction.session, issued.key, issued.plain);
    append(transaction, caller, key_event("Created", issued.key, " was created"));
}

IssuedKey issue_api_key(Store& store, Caller const& caller, std::string const& user_id, std::string purpose,
                        std::optional<base::Time> expires) {
    auto issued = make_api_key(store, user_id, std::move(purpose), expires);
    store.write([&](Transaction& transaction) { insert_api_key(transaction, caller, issued); });
    return issued;
}

void revoke_api_key(Store& store, Caller const& caller, std::string const& user_id, std::string const& key_id) {
    auto change = [&](Transaction& transaction) {
        auto keys = store::list_api_keys(transaction.session, user_id);
        auto at =
            std::ranges::find_if(keys, [&](auto const& key) { return base::equal_ignoring_case(key.id, key_id); });
        if (at == keys.end()) store::throw_not_found(key_id);
        store::delete_api_key(transaction.session, user_id, key_id);
        append(transaction, caller, key_event("Deleted", *at, " was revoked"));
    };
    store.write(change, store::Reserve::use);
}

std::optional<SignedIn> sign_in(Store& store, Actor who, std::string const& username, std::string const& password,
                                bool remember) {
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
    who.user_id = user->id;
    who.username = user->username;
    who.established_with = "Username / Password";
    auto event = store::prepare_event(
        who, now,
        domain::EventText("LoginSucceeded", "").say("User ").name(user->id, user->username).say(" signed in").done());
    auto change = [&](Transaction& transaction) {
        store::delete_expired_sign_ins(transaction.session, now);
        store::insert_sign_in(transaction.session, {user->id, signed_in.csrf, now, signed_in.expires}, signed_in.token);
        store::append_event(transaction, event);
    };
    store.write(change, store::Reserve::admit);
    return signed_in;
}

void record_failed_sign_in(Store& store, Actor const& who, std::string_view username) {
    auto const event = domain::EventText("LoginFailed", "")
                           .say("A sign-in as '" + base::to_utf8(username.substr(0, 100)) + "' failed")
                           .done();
    auto const prepared = store::prepare_event(who, store.clock().now(), event);
    store.write([&](Transaction& transaction) { store::append_event(transaction, prepared); });
}

void sign_out(Store& store, std::string const& token) {
    store.write([&](Transaction& transaction) { store::delete_sign_in(transaction.session, token); },
                store::Reserve::use);
}

void revoke_sessions(Store& store, Caller const& caller, std::string const& user_id) {
    auto change = [&](Transaction& transaction) {
        auto user = store::load<User>(transaction.session, user_id);
        store::delete_sign_ins_of(transaction.session, user.id);
        append(transaction, caller,
               domain::EventText("Modified", "")
                   .say("The sessions of user ")
                   .name(user.id, user.username)
                   .say(" were ended")
                   .done());
    };
    store.write(change, store::Reserve::use);
}

} // namespace stepwell::operations
