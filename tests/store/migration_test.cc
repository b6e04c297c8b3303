#include "store/workbench.h"

namespace stepwell::store {

namespace {

struct Migration : Workbench {
    std::string described() {
        return store->read([](Session& session) {
            return *session.text("select fingerprint from description where noun = 'environment'");
        });
    }
    std::vector<std::string> indexes() {
        std::vector<std::string> names;
        store->read([&](Session& session) {
            session.each("select name from sqlite_master where type = 'index' and tbl_name = 'environment' and sql is "
                         "not null order by name",
                         [&](Row const& row) { names.push_back(row.string(0)); });
        });
        return names;
    }
};

// As an older program left it: without slug and sort order, with a member that is gone, and rows in no particular
// order.
constexpr char const* older_table = R"(
    drop table environment;
    create table environment(number integer primary key, id text not null unique collate nocase, space_id text collate nocase,
        version integer not null, document text not null, name text collate nocase, colour text);
    create unique index environment_name on environment(space_id, name);
    create index environment_colour on environment(colour);
    insert into environment values(40, 'Environments-2', 'Spaces-1', 5, '{"Id":"Environments-2","Name":"Test","Colour":"red","SpaceId":"Spaces-1"}', 'Test', 'red');
    insert into environment values(7, 'Environments-9', 'Spaces-1', 1, '{"Id":"Environments-9","Name":"Live","SortOrder":3,"Slug":"live","SpaceId":"Spaces-1"}', 'Live', null);
    update description set fingerprint = 'older' where noun = 'environment';
    insert into sequence(prefix, last) values('Environments', 12);
)";

} // namespace

TEST_F(Migration, rewrites_a_table_whose_description_changed) {
    auto current = described();
    auto expected_indexes = indexes();
    by_hand()->script(older_table);
    reopen();
    EXPECT_EQ(described(), current);
    EXPECT_EQ(indexes(), expected_indexes);
    EXPECT_EQ(count("environment"), 2);
    EXPECT_EQ(count("sqlite_master where name like 'environment_before%'"), 0);
    auto test = *find_stored<Environment>("Environments-2");
    EXPECT_EQ(test.version, 5) << "an ETag stays good";
    EXPECT_EQ(test.space_id, "Spaces-1");
    EXPECT_EQ(parse<Environment>(test).name, "Test");
    EXPECT_EQ(test.json.find("Colour"), std::string::npos);
    EXPECT_NE(test.json.find("\"Description\":\"\""), std::string::npos) << "new members have their default";
    auto live = *find_stored<Environment>("live");
    EXPECT_EQ(live.id, "Environments-9");
    EXPECT_LT(live.number, test.number) << "newest stays newest";
    ListQuery query{"Spaces-1", {}, {}, {}, 0, 30};
    auto listed = store->read([&](Session& session) { return list_documents(session, noun_of<Environment>(), query); });
    ASSERT_EQ(listed.items.size(), 2u);
    EXPECT_EQ(listed.items[0].id, "Environments-2") << "by the new column";
    EXPECT_EQ(store->next_id("Environments"), "Environments-13");
    EXPECT_EQ(problems([&] { add(environment("LIVE")); }).size(), 1u);
    auto again = *find_stored<Environment>("Environments-2");
    reopen();
    EXPECT_EQ(find_stored<Environment>("Environments-2")->number, again.number) << "once is enough";
}

TEST_F(Migration, changes_nothing_when_a_document_does_not_fit) {
    by_hand()->script(std::string(older_table) +
                      R"(update environment set document = '{"Name":"Test","SortOrder":"x"}' where number = 40)");
    auto path = store->database_path();
    store.reset();
    EXPECT_THROW(Store(data(), clock), base::Error);
    auto session = open_sqlite(path, Use::read);
    EXPECT_EQ(session->integer("select count(*) from environment where colour = 'red'"), 1);
    EXPECT_EQ(session->text("select fingerprint from description where noun = 'environment'"), "older");
}

TEST_F(Migration, leaves_references_and_secrets_in_place) {
    auto made = add(proxy("p", "secret"));
    by_hand()->script("update description set fingerprint = 'older'");
    reopen();
    EXPECT_EQ(find_stored<Proxy>(made.id)->json, made.json);
    EXPECT_EQ(store->read([&](Session& session) { return reveal_current(session, store->key(), made.id, "Password"); }),
              "secret");
}

TEST_F(Migration, makes_a_table_for_every_noun) {
    for (auto noun : all_nouns())
        EXPECT_EQ(count("sqlite_master where type = 'table' and name = '" + std::string(noun->table) + "'"), 1)
            << noun->name;
}

} // namespace stepwell::store
