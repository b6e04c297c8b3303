#include "store/accounts.h"
#include "store/workbench.h"

namespace stepwell::store {

namespace {

struct Accounts : Workbench {
    void write(std::function<void(Session&)> const& change) {
        store->write([&](Transaction& transaction) { change(transaction.session); });
    }
    template <class Use> auto read(Use use) { return store->read(use); }
};

} // namespace

TEST_F(Accounts, keep_api_keys_as_digests) {
    write([&](Session& session) {
        insert_api_key(session, {"APIKeys-1", "Users-1", "API-CANA", "test", clock.now(), clock.now()},
                       "API-CANARY4711");
    });
    write([&](Session& session) {
        insert_api_key(session, {"APIKeys-2", "Users-1", "API-OTHE", "", clock.now(), {}}, "API-OTHER");
    });
    auto key = read([](Session& session) { return find_api_key(session, "API-CANARY4711"); });
    ASSERT_TRUE(key);
    EXPECT_EQ(key->user_id, "Users-1");
    EXPECT_EQ(key->expires, clock.now());
    EXPECT_FALSE(read([](Session& session) { return find_api_key(session, "api-canary4711"); })) << "keys have case";
    EXPECT_EQ(read([](Session& session) { return list_api_keys(session, "Users-1"); }).at(0).id, "APIKeys-2")
        << "newest first";
    reopen();
    for (auto file : {"/stepwell.db"}) EXPECT_EQ(base::read_file(data() + file)->find("API-CANARY"), std::string::npos);
    bool deleted = false;
    write([&](Session& session) { deleted = delete_api_key(session, "Users-2", "APIKeys-1"); });
    EXPECT_FALSE(deleted) << "of another user";
    write([&](Session& session) { deleted = delete_api_key(session, "Users-1", "apikeys-1"); });
    EXPECT_TRUE(deleted);
    EXPECT_FALSE(read([](Session& session) { return find_api_key(session, "API-CANARY4711"); }));
}

TEST_F(Accounts, keep_sessions_as_digests_until_they_end) {
    auto later = clock.now() + std::chrono::hours(1);
    write([&](Session& session) {
        insert_sign_in(session, {"Users-1", "csrf", clock.now(), later}, "token-canary");
        insert_sign_in(session, {"Users-1", "csrf", clock.now(), clock.now()}, "second");
        insert_sign_in(session, {"Users-2", "csrf", clock.now(), later}, "third");
    });
    EXPECT_EQ(read([](Session& session) { return find_sign_in(session, "token-canary"); })->expires, later);
    EXPECT_FALSE(read([](Session& session) { return find_sign_in(session, "token"); }));
    write([&](Session& session) { delete_expired_sign_ins(session, clock.now() + base::Duration(1)); });
    EXPECT_FALSE(read([](Session& session) { return find_sign_in(session, "second"); }));
    write([](Session& session) { delete_sign_ins_of(session, "Users-1"); });
    EXPECT_FALSE(read([](Session& session) { return find_sign_in(session, "token-canary"); }));
    EXPECT_TRUE(read([](Session& session) { return find_sign_in(session, "third"); }));
    write([](Session& session) { delete_sign_in(session, "third"); });
    EXPECT_EQ(count("sign_in"), 0);
    reopen();
    EXPECT_EQ(base::read_file(store->database_path())->find("token-canary"), std::string::npos);
}

TEST_F(Accounts, keep_one_password_a_user) {
    write([](Session& session) { set_password_hash(session, "Users-1", "one"); });
    write([](Session& session) { set_password_hash(session, "Users-1", "two"); });
    EXPECT_EQ(read([](Session& session) { return find_password_hash(session, "Users-1"); }), "two");
    EXPECT_FALSE(read([](Session& session) { return find_password_hash(session, "Users-2"); }));
}

TEST_F(Accounts, vanish_with_their_user) {
    User user;
    user.username = "ann";
    auto made = add(user);
    write([&](Session& session) {
        set_password_hash(session, made.id, "hash");
        insert_api_key(session, {"APIKeys-1", made.id, "API-CANA", "test", clock.now(), {}}, "API-X");
        insert_sign_in(session, {made.id, "csrf", clock.now(), clock.now()}, "token");
    });
    remove<User>(made);
    for (auto table : {"password", "api_key", "sign_in"}) EXPECT_EQ(count(table), 0) << table;
}

TEST_F(Accounts, remember_an_answer_once) {
    write([&](Session& session) { remember(session, "Users-1", "key", {"request", 201, "{}"}, clock.now()); });
    EXPECT_THROW(
        write([&](Session& session) { remember(session, "Users-1", "key", {"other", 201, "{}"}, clock.now()); }),
        base::Error);
    write([&](Session& session) { remember(session, "Users-2", "key", {"other", 201, "{}"}, clock.now()); });
    EXPECT_EQ(read([](Session& session) { return find_remembered(session, "Users-1", "key", {}); })->request,
              "request");
    write([&](Session& session) { forget_remembered_before(session, clock.now() + base::Duration(1)); });
    EXPECT_EQ(count("idempotency"), 0);
}

} // namespace stepwell::store
