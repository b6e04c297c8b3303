#include "store/workbench.h"

namespace stepwell::store {

namespace {

struct Secrets : Workbench {
    std::optional<std::string> password_of(std::string const& id) {
        return store->read([&](Session& session) { return reveal_current(session, store->key(), id, "Password"); });
    }
    Stored stored(std::string const& id) { return *find_stored<Proxy>(id); }
    // Returns every file of the data folder that contains these bytes.
    std::vector<std::string> files_with(std::string_view bytes) {
        std::vector<std::string> found;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(data()))
            if (entry.is_regular_file() && base::read_file(entry.path())->find(bytes) != std::string::npos)
                found.push_back(entry.path());
        return found;
    }
};

} // namespace

TEST_F(Secrets, are_lifted_out_of_their_document) {
    auto made = add(proxy("p", "canary-4711"));
    EXPECT_NE(made.json.find(R"("Password":{"HasValue":true,"NewValue":null,"Hint":null})"), std::string::npos);
    EXPECT_EQ(password_of(made.id), "canary-4711");
    EXPECT_EQ(password_of(base::to_lower(made.id)), "canary-4711");
    reopen();
    EXPECT_EQ(password_of(made.id), "canary-4711");
}

TEST_F(Secrets, lie_on_no_disk_in_plain) {
    auto made = add(proxy("p", "canary-4711"));
    save(proxy("p", "canary-4712"), made);
    add(environment("visible-marker"));
    EXPECT_TRUE(files_with("canary-47").empty()) << files_with("canary-47").at(0);
    EXPECT_FALSE(files_with("visible-marker").empty()) << "the search finds what is there";
    store->write([](Transaction& transaction) { transaction.session.each("select 1", [](Row const&) {}); });
    reopen(); // moves the log into the database
    EXPECT_TRUE(files_with("canary-47").empty());
    EXPECT_FALSE(files_with("visible-marker").empty());
    EXPECT_TRUE(files_with(std::string(store->key().current().bytes())).empty()) << "raw key";
    EXPECT_EQ(files_with(base::to_hex(store->key().current().bytes())), (std::vector<std::string>{data() + "/key"}));
}

TEST_F(Secrets, are_kept_replaced_and_cleared) {
    auto made = add(proxy("p", "one"));
    EXPECT_TRUE(save(proxy("p", std::nullopt), made));
    EXPECT_EQ(password_of(made.id), "one");
    EXPECT_TRUE(save(proxy("p", "two"), stored(made.id)));
    EXPECT_EQ(password_of(made.id), "two");
    auto cleared = proxy("p", std::nullopt);
    cleared.password.has_value = false;
    EXPECT_TRUE(save(cleared, stored(made.id)));
    EXPECT_EQ(password_of(made.id), std::nullopt);
    EXPECT_EQ(problems([&] { save(proxy("p", std::nullopt), stored(made.id)); }),
              (std::vector<std::string>{"Password: has no stored value to keep; send a value"}));
    EXPECT_TRUE(save(proxy("p", "three"), stored(made.id)));
    EXPECT_EQ(password_of(made.id), "three");
}

TEST_F(Secrets, that_never_were_cannot_be_kept) {
    EXPECT_EQ(problems([&] { add(proxy("p", std::nullopt)); }),
              (std::vector<std::string>{"Password: has no stored value to keep; send a value"}));
    EXPECT_EQ(count("proxy"), 0);
    auto other = add(proxy("other", "x"));
    EXPECT_FALSE(password_of("Proxies-1x"));
}

TEST_F(Secrets, of_older_versions_still_open_for_those_who_pinned_them) {
    auto made = add(proxy("p", "one"));
    auto numbers = store->read([&](Session& session) { return current_secrets(session, made.id); });
    ASSERT_EQ(numbers.size(), 1u);
    save(proxy("p", "two"), made);
    EXPECT_EQ(
        store->read([&](Session& session) { return reveal_secret(session, store->key(), numbers.at("Password")); }),
        "one");
    remove<Proxy>(stored(made.id));
    EXPECT_EQ(count("secret"), 0);
}

TEST_F(Secrets, follow_their_item_and_not_its_position) {
    auto variable = [](std::string id, std::optional<std::string> value) {
        Variable made;
        made.id = id;
        made.name = "V" + id;
        made.is_sensitive = true;
        made.value.secret = schema::Secret{true, std::move(value)};
        return made;
    };
    ProjectGroup group;
    group.name = "g";
    Project project;
    project.name = "p";
    project.group = {add(group).id};
    project.lifecycle = {add(Lifecycle{}).id};
    VariableSet set;
    set.owner_id = {add(project).id};
    set.id = "variableset-" + set.owner_id;
    set.variables = {variable("a", "A"), variable("b", "B")};
    auto made = add(set);
    set.variables = {variable("c", "C"), variable("b", std::nullopt), variable("a", std::nullopt)};
    EXPECT_TRUE(save(set, made));
    auto reveal = [&](std::string const& id) {
        return store->read([&](Session& session) {
            return reveal_current(session, store->key(), set.id, "Variables[" + id + "].Value");
        });
    };
    EXPECT_EQ(reveal("a"), "A");
    EXPECT_EQ(reveal("b"), "B");
    EXPECT_EQ(reveal("c"), "C");
    set.variables = {variable("b", std::nullopt)};
    EXPECT_TRUE(save(set, *find_stored<VariableSet>(set.id)));
    EXPECT_EQ(reveal("a"), std::nullopt) << "an item that is gone takes its secret along";
    EXPECT_EQ(reveal("b"), "B");
}

// A49: ciphertexts that were moved between rows.
TEST_F(Secrets, in_a_row_of_another_owner_or_path_do_not_open) {
    auto one = add(proxy("one", "1")), two = add(proxy("two", "2"));
    {
        auto session = by_hand();
        session->exec("update secret set sealed = (select sealed from secret where owner_key = lower(?)) where "
                      "owner_key = lower(?)",
                      one.id, two.id);
    }
    EXPECT_THROW(password_of(two.id), base::Error);
    EXPECT_EQ(password_of(one.id), "1");
    by_hand()->exec("update secret set path = 'Other' where owner_key = lower(?)", one.id);
    EXPECT_THROW(store->read([&](Session& session) { return reveal_current(session, store->key(), one.id, "Other"); }),
                 base::Error);
}

// A46: a row that was changed to plain text.
TEST_F(Secrets, in_plain_are_not_taken_for_sealed_ones) {
    auto made = add(proxy("p", "1"));
    by_hand()->exec("update secret set sealed = ?", Bytes{"plain text that is longer than nonce and tag together"});
    EXPECT_THROW(password_of(made.id), base::Error);
}

TEST_F(Secrets, need_the_key_they_were_made_with) {
    add(proxy("p", "1"));
    store.reset();
    auto key = *base::read_file(data() + "/key");
    auto refusal = [&] {
        try {
            Store other(data(), clock);
        } catch (base::Error const& error) {
            return error.message();
        }
        return std::string("opened");
    };
    base::replace_file(data() + "/key", base::to_hex(base::SecretKey::random().bytes()), 0400);
    EXPECT_NE(refusal().find("does not belong"), std::string::npos);
    base::replace_file(data() + "/key", "damaged", 0400);
    EXPECT_NE(refusal().find("damaged"), std::string::npos);
    std::filesystem::remove(data() + "/key");
    EXPECT_NE(refusal().find("missing"), std::string::npos) << "a lost key is not replaced by another";
    EXPECT_FALSE(std::filesystem::exists(data() + "/key"));
    base::replace_file(data() + "/key", key, 0400);
    store = std::make_unique<Store>(data(), clock);
    EXPECT_EQ(password_of("Proxies-1"), "1");
}

} // namespace stepwell::store
