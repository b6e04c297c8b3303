#include "base/version.h"
#include "store/copy_database.h"
#include "store/migrate_folder.h"
#include "store/workbench.h"

#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>

namespace stepwell::store {

namespace {

struct Migration : Workbench {
    // Why the store does not open; its database is then as it was.
    std::string refusal() {
        store.reset();
        auto path = data() + "/stepwell.db";
        auto before = *base::read_file(path);
        auto refused = why_refused();
        EXPECT_EQ(*base::read_file(path), before);
        return refused;
    }
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
    alter table attempt add column payload text;
    pragma user_version = 1;
)";

// As at the first schema, whose other tables are those of today.
constexpr char const* first_schema = "alter table attempt add column payload text; pragma user_version = 1;";

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
    EXPECT_NE(test.json.find("\"Colour\":\"red\""), std::string::npos) << "a member that is gone is kept";
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
    by_hand()->script(std::string("update description set fingerprint = 'older';") + first_schema);
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

// A change of a table or a description is a migration: add its file to src/store/migrations, and put the number and the
// digest that are printed here. As long as the last migration was not released, the digest alone is enough.
TEST_F(Migration, gives_each_change_of_the_tables_a_number) {
    EXPECT_EQ(schema_version(), 2);
    EXPECT_EQ(schema_digest(), "3434757ea1a2d2806358a8210ea3c264") << "see the comment above this test";
}

TEST_F(Migration, writes_down_its_number_and_program) {
    store->read([](Session& session) {
        EXPECT_EQ(session.integer("pragma user_version"), schema_version());
        EXPECT_EQ(session.text("select value from setting where name = 'ProgramVersion'"), base::program_version);
    });
}

TEST_F(Migration, refuses_a_database_of_a_newer_program) {
    auto made = add(environment("Test"));
    by_hand()->script("pragma user_version = " + std::to_string(schema_version() + 1) +
                      "; update setting set value = '7.0' where name = 'ProgramVersion'; update description set "
                      "fingerprint = 'newer'; update environment set document = replace(document, '\"Name\"', "
                      "'\"Members\":[1],\"Name\"')");
    auto words = refusal();
    EXPECT_NE(words.find(fmt::format("newer Stepwell (version 7.0, schema {})", schema_version() + 1)), std::string::npos)
        << words;
    EXPECT_NE(words.find("backup"), std::string::npos) << words;
    auto session = open_sqlite(data() + "/stepwell.db", Use::read);
    EXPECT_EQ(session->integer("select count(*) from environment where document like '%Members%'"), 1);
}

TEST_F(Migration, refuses_descriptions_it_does_not_know_at_its_own_number) {
    by_hand()->script("update description set fingerprint = 'other' where noun = 'environment'");
    EXPECT_NE(refusal().find("another build of Stepwell"), std::string::npos);
    by_hand_at(data())->script("delete from description where noun = 'environment'");
    EXPECT_NE(refusal().find("another build of Stepwell"), std::string::npos);
}

TEST_F(Migration, refuses_nouns_it_does_not_know_at_its_own_number) {
    by_hand()->script("insert into description(noun, fingerprint) values('robot', 'x')");
    EXPECT_NE(refusal().find("another build of Stepwell"), std::string::npos);
}

TEST_F(Migration, opens_a_database_from_before_there_were_numbers) {
    auto made = add(environment("Test"));
    by_hand()->script(std::string(first_schema) +
                      "pragma user_version = 0; delete from setting where name = 'ProgramVersion'");
    store.reset();
    std::filesystem::remove(data() + "/last-commit");
    reopen();
    EXPECT_EQ(find_stored<Environment>(made.id)->json, made.json);
    EXPECT_EQ(store->read([](Session& session) { return session.integer("pragma user_version"); }), schema_version);
}

TEST_F(Migration, keeps_members_at_every_depth) {
    Team team;
    team.name = "Operators";
    team.slug = "operators";
    auto made = add(team, "");
    by_hand()->script(std::string(first_schema) +
                      "update description set fingerprint = 'older'; update team set document = "
                      "json_set(document, '$.Later', json('{\"A\":[1,{\"B\":null}]}'))");
    reopen();
    auto kept = base::parse_json(find_stored<Team>(made.id)->json);
    EXPECT_EQ(base::to_text(kept.at("Later")), R"({"A":[1,{"B":null}]})");
    EXPECT_EQ(kept.at("Name").as_string(), "Operators");
}

TEST_F(Migration, copies_the_database_before_its_tables_change) {
    auto made = add(environment("Test"));
    by_hand()->script(first_schema);
    auto const copy = copy_path(data(), 1);
    std::ofstream(copy) << "an earlier one";
    std::ofstream(copy + ".new") << "one that was not finished";
    reopen();
    struct stat facts{};
    ASSERT_EQ(::stat(copy.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 077, 0u) << "it holds what the database holds";
    EXPECT_FALSE(std::filesystem::exists(copy + ".new"));
    auto before = open_sqlite(copy, Use::read);
    EXPECT_EQ(before->integer("pragma user_version"), 1);
    EXPECT_EQ(before->text("select id from environment"), made.id);
    EXPECT_EQ(before->integer("select count(*) from pragma_table_info('attempt') where name = 'payload'"), 1);
    EXPECT_EQ(count("pragma_table_info('attempt') where name = 'payload'"), 0);
    std::filesystem::remove(copy);
    reopen();
    EXPECT_FALSE(std::filesystem::exists(copy)) << "nothing changed";
}

TEST_F(Migration, makes_no_copy_of_a_new_installation) {
    for (auto const& entry : std::filesystem::directory_iterator(data()))
        EXPECT_EQ(entry.path().filename().string().find(".schema-"), std::string::npos) << entry.path();
}

TEST_F(Migration, changes_nothing_without_a_copy) {
    by_hand()->script(first_schema);
    std::filesystem::create_directories(copy_path(data(), 1) + "/in the way");
    auto const words = refusal();
    EXPECT_NE(words.find("cannot be copied"), std::string::npos) << words;
    EXPECT_NE(words.find("Nothing was changed"), std::string::npos) << words;
    EXPECT_EQ(open_sqlite(data() + "/stepwell.db", Use::read)->integer("pragma user_version"), 1);
}

TEST_F(Migration, is_shown_tried_and_done_without_a_server) {
    by_hand()->script(std::string(older_table));
    auto number = [&] { return open_sqlite(data() + "/stepwell.db", Use::read)->integer("pragma user_version"); };
    store.reset();
    auto const state = inspect_folder(data());
    EXPECT_EQ(state.number, 1);
    ASSERT_FALSE(state.pending.empty());
    EXPECT_EQ(state.pending.front(), "0002-attempt-payload");
    EXPECT_EQ(state.outdated, std::vector<std::string>{"environment"});
    EXPECT_EQ(migrate_folder(data(), Trial::yes).pending, state.pending);
    EXPECT_EQ(number(), 1);
    EXPECT_FALSE(std::filesystem::exists(copy_path(data(), 1)));
    EXPECT_EQ(migrate_folder(data(), Trial::no).pending, state.pending);
    EXPECT_EQ(number(), schema_version());
    EXPECT_TRUE(std::filesystem::exists(copy_path(data(), 1)));
    EXPECT_TRUE(inspect_folder(data()).is_current());
    reopen();
    EXPECT_EQ(parse<Environment>(*find_stored<Environment>("Environments-2")).name, "Test");
}

TEST_F(Migration, names_each_after_its_number) {
    std::int64_t number = 0;
    for (auto const& migration : all_migrations()) {
        auto const file = fmt::format(STEPWELL_MIGRATIONS "/{:04}-{}.sql", ++number, migration.name);
        EXPECT_EQ(base::read_file(file), migration.statements) << file;
    }
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(STEPWELL_MIGRATIONS), {}), number);
}

} // namespace stepwell::store
