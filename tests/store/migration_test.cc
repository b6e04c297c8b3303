#include "base/version.h"
#include "store/migrate_folder.h"
#include "store/migrations.h"
#include "store/sealed.h"
#include "store/sqlite/copy_database.h"
#include "store/step_outputs.h"
#include "store/workbench.h"
#include "support/golden.h"

#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>

namespace stepwell::store {

namespace {

// Environments as an older program stored them: without slug and sort order, with a removed member, and with rows in no
// particular order.
constexpr char const* older_environments = R"(
    create table environment(number integer primary key, id text not null unique collate nocase, space_id text collate nocase,
        version integer not null, document text not null, name text collate nocase, colour text);
    create unique index environment_name on environment(space_id, name);
    create index environment_colour on environment(colour);
    insert into environment values(40, 'Environments-2', 'Spaces-1', 5, '{"Id":"Environments-2","Name":"Test","Colour":"red","SpaceId":"Spaces-1"}', 'Test', 'red');
    insert into environment values(7, 'Environments-9', 'Spaces-1', 1, '{"Id":"Environments-9","Name":"Live","SortOrder":3,"Slug":"live","SpaceId":"Spaces-1"}', 'Live', null);
    insert into description(noun, fingerprint) values('environment', 'older');
    insert into sequence(prefix, last) values('Environments', 12);
)";

struct Migrations : Workbench {
    // Returns why the store does not open. The database is then unchanged.
    std::string refusal() {
        store.reset();
        auto path = data() + "/stepwell.db";
        auto before = *base::read_file(path);
        auto refused = why_refused();
        EXPECT_EQ(*base::read_file(path), before);
        return refused;
    }
    // Replaces the database by one of the first numbered schema, with two environments and the changes in `more`.
    void become_first_schema(std::string const& more = {}) {
        store.reset();
        for (auto name : {"/stepwell.db", "/stepwell.db-wal", "/stepwell.db-shm", "/last-commit"})
            std::filesystem::remove(data() + name);
        auto session = by_hand_at(data());
        session->script(std::string(all_migrations()[0].statements));
        session->script(older_environments);
        session->script(more);
        session->set_schema_number(1);
    }
    // Returns the definitions of all tables and indexes, without quotes and white space.
    std::vector<std::string> definitions() {
        std::vector<std::string> found;
        store->read([&](Session& session) {
            session.each("select sql from sqlite_master where sql is not null order by type, name",
                         [&](Row const& row) {
                             auto text = row.string(0);
                             std::erase_if(text, [](char c) { return c == '"' || c == ' ' || c == '\n'; });
                             found.push_back(std::move(text));
                         });
        });
        return found;
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

} // namespace

TEST_F(Migrations, ends_with_the_golden_tables) {
    std::string tables;
    store->read([&](Session& session) {
        session.each("select sql from sqlite_master where sql is not null order by tbl_name, type desc, name",
                     [&](Row const& row) { tables += row.string(0) + ";\n"; });
    });
    tests::expect_golden("tables.sql", tables);
}

TEST_F(Migrations, rewrites_a_table_whose_description_changed) {
    auto current = described();
    auto expected_indexes = indexes();
    become_first_schema();
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

TEST_F(Migrations, changes_nothing_when_a_document_does_not_fit) {
    become_first_schema(R"(update environment set document = '{"Name":"Test","SortOrder":"x"}' where number = 40)");
    EXPECT_THROW(Store(data(), clock), base::Error);
    auto session = open_sqlite(data() + "/stepwell.db", Use::read);
    EXPECT_EQ(session->integer("select count(*) from environment where colour = 'red'"), 1);
    EXPECT_EQ(session->text("select fingerprint from description where noun = 'environment'"), "older");
}

TEST_F(Migrations, carries_over_references_secrets_and_outputs) {
    auto const sealed = [&](std::string const& plain, std::string const& owner) {
        return "x'" + base::to_hex(base::seal(store->key(), plain, owner)) + "'";
    };
    auto const secret = sealed("secret", owner_of_secret("Proxies-1", "Password"));
    auto const output = base::to_hex(base::seal(store->key(), "token", owner_of_output("ticket", "Token")));
    become_first_schema(
        "insert into reference(from_id, to_id, path) values('Projects-1', 'Environments-2', 'A'), "
        "('Runbooks-1', 'environments-2', 'B'); insert into secret(owner, path, version, sealed) "
        "values('Proxies-1', 'Password', 1, " +
        secret +
        "); insert into attempt(task_id, position, ticket, "
        "step_id, action_id, name, decision, state, outputs) values('ServerTasks-1', 0, 'ticket', '', '', '', "
        "'', 'ended', '{\"Plain\":{\"Value\":\"p\"},\"Token\":{\"Sealed\":\"" +
        output + "\"}}')");
    reopen();
    store->read([&](Session& session) {
        EXPECT_EQ(referrers(session, "Environments-2"), (std::vector<std::string>{"Projects-1", "Runbooks-1"}));
        EXPECT_EQ(reveal_current(session, store->key(), "proxies-1", "Password"), "secret");
        auto outputs = list_step_outputs(session, "ServerTasks-1", 1);
        ASSERT_EQ(outputs.size(), 2u);
        EXPECT_EQ(outputs[0].value, "p");
        EXPECT_EQ(base::open_sealed(store->key(), outputs[1].sealed, owner_of_output("ticket", "Token")), "token");
    });
}

// Names that were different once are equal by the current rule (base/fold.h).
TEST_F(Migrations, gives_another_name_to_what_is_the_same_now) {
    become_first_schema("insert into environment values(41, 'Environments-10', 'Spaces-1', 1, "
                        "'{\"Name\":\"K\u00f6ln\",\"Slug\":\"a\"}', 'K\u00f6ln', null), (42, 'Environments-11', "
                        "'Spaces-1', 1, '{\"Name\":\"K\u00d6LN\",\"Slug\":\"b\"}', 'K\u00d6LN', null)");
    reopen();
    auto name = [&](char const* id) { return parse<Environment>(*find_stored<Environment>(id)).name; };
    EXPECT_EQ(name("Environments-10"), "K\u00f6ln");
    EXPECT_EQ(name("Environments-11"), "K\u00d6LN (Environments-11)");
}

TEST_F(Migrations, makes_the_same_tables_as_a_new_installation) {
    auto const of_new = definitions();
    EXPECT_GT(of_new.size(), 60u);
    become_first_schema();
    reopen();
    EXPECT_EQ(definitions(), of_new);
}

TEST_F(Migrations, makes_a_table_for_every_noun) {
    for (auto noun : all_nouns())
        EXPECT_EQ(count("sqlite_master where type = 'table' and name = '" + std::string(noun->table) + "'"), 1)
            << noun->name;
}

// A change of a table or a description needs a migration: add its file to src/store/migrations, and enter the number
// and the digest that are printed here. While the last migration is unreleased, the digest alone is enough.
TEST_F(Migrations, gives_each_change_of_the_tables_a_number) {
    EXPECT_EQ(schema_version(), 5);
    EXPECT_EQ(schema_digest(), "8acbec07746676b1763f1762f6ce6c46") << "see the comment above this test";
}

TEST_F(Migrations, writes_down_its_number_and_program) {
    store->read([](Session& session) {
        EXPECT_EQ(session.integer("pragma user_version"), schema_version());
        EXPECT_EQ(session.text("select value from setting where name = 'ProgramVersion'"), base::program_version);
    });
}

TEST_F(Migrations, refuses_a_database_of_a_newer_program) {
    auto made = add(environment("Test"));
    by_hand()->script("pragma user_version = " + std::to_string(schema_version() + 1) +
                      "; update setting set value = '7.0' where name = 'ProgramVersion'; update description set "
                      "fingerprint = 'newer'; update environment set document = replace(document, '\"Name\"', "
                      "'\"Members\":[1],\"Name\"')");
    auto words = refusal();
    EXPECT_NE(words.find(fmt::format("newer Stepwell (version 7.0, schema {})", schema_version() + 1)),
              std::string::npos)
        << words;
    EXPECT_NE(words.find("backup"), std::string::npos) << words;
    auto session = open_sqlite(data() + "/stepwell.db", Use::read);
    EXPECT_EQ(session->integer("select count(*) from environment where document like '%Members%'"), 1);
}

TEST_F(Migrations, refuses_descriptions_it_does_not_know_at_its_own_number) {
    by_hand()->script("update description set fingerprint = 'other' where noun = 'environment'");
    EXPECT_NE(refusal().find("another build of Stepwell"), std::string::npos);
    by_hand_at(data())->script("delete from description where noun = 'environment'");
    EXPECT_NE(refusal().find("another build of Stepwell"), std::string::npos);
}

TEST_F(Migrations, refuses_nouns_it_does_not_know_at_its_own_number) {
    by_hand()->script("insert into description(noun, fingerprint) values('robot', 'x')");
    EXPECT_NE(refusal().find("another build of Stepwell"), std::string::npos);
}

TEST_F(Migrations, opens_a_database_from_before_there_were_numbers) {
    become_first_schema();
    by_hand_at(data())->set_schema_number(0);
    reopen();
    EXPECT_EQ(parse<Environment>(*find_stored<Environment>("Environments-2")).name, "Test");
    EXPECT_EQ(store->read([](Session& session) { return session.schema_number(); }), schema_version());
}

TEST_F(Migrations, keeps_members_at_every_depth) {
    become_first_schema(
        "update environment set document = json_set(document, '$.Later', json('{\"A\":[1,{\"B\":null}]}'))");
    reopen();
    auto kept = base::parse_json(find_stored<Environment>("Environments-2")->json);
    EXPECT_EQ(base::to_text(kept.at("Later")), R"({"A":[1,{"B":null}]})");
    EXPECT_EQ(kept.at("Name").as_string(), "Test");
}

TEST_F(Migrations, changes_names_that_are_not_allowed_and_records_it) {
    auto const row = [](char const* number, std::string const& name, std::string const& slug) {
        auto const id = std::string("Environments-") + number;
        return "insert into environment values(" + std::string(number) + ", '" + id + "', 'Spaces-1', 1, '{\"Id\":\"" +
               id + "\",\"Name\":\"" + name + "\",\"Slug\":\"" + slug + "\",\"SpaceId\":\"Spaces-1\"}', '" + name +
               "', null);";
    };
    become_first_schema(row("50", "Test ", "test-1") + row("51", "All", "all") + row("52", "\xc2\xa0", "x"));
    reopen();
    auto const of = [&](std::string const& id) { return parse<Environment>(*find_stored<Environment>(id)); };
    EXPECT_EQ(of("Environments-2").name, "Test");
    EXPECT_EQ(of("Environments-50").name, "Test (Environments-50)");
    EXPECT_EQ(of("Environments-51").slug, "all-1");
    EXPECT_EQ(of("Environments-52").name, "Environments-52");
    EXPECT_EQ(count("event where category = 'Modified'"), 3);
    EXPECT_EQ(broken(), std::nullopt);
}

TEST_F(Migrations, copies_the_database_before_its_tables_change) {
    become_first_schema();
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
    EXPECT_EQ(before->text("select id from environment where colour = 'red'"), "Environments-2");
    EXPECT_EQ(before->integer("select count(*) from pragma_table_info('attempt') where name = 'payload'"), 1);
    EXPECT_EQ(count("pragma_table_info('attempt') where name = 'payload'"), 0);
    std::filesystem::remove(copy);
    reopen();
    EXPECT_FALSE(std::filesystem::exists(copy)) << "nothing changed";
}

TEST_F(Migrations, makes_no_copy_of_a_new_installation) {
    for (auto const& entry : std::filesystem::directory_iterator(data()))
        EXPECT_EQ(entry.path().filename().string().find(".schema-"), std::string::npos) << entry.path();
}

TEST_F(Migrations, changes_nothing_without_a_copy) {
    become_first_schema();
    std::filesystem::create_directories(copy_path(data(), 1) + "/in the way");
    auto const words = refusal();
    EXPECT_NE(words.find("cannot be copied"), std::string::npos) << words;
    EXPECT_NE(words.find("Nothing was changed"), std::string::npos) << words;
    EXPECT_EQ(open_sqlite(data() + "/stepwell.db", Use::read)->integer("pragma user_version"), 1);
}

TEST_F(Migrations, is_shown_tried_and_done_without_a_server) {
    become_first_schema();
    auto number = [&] { return open_sqlite(data() + "/stepwell.db", Use::read)->integer("pragma user_version"); };
    auto const state = inspect_folder(data());
    EXPECT_EQ(state.number, 1);
    ASSERT_FALSE(state.pending.empty());
    EXPECT_EQ(state.pending.front(), "0002-attempt-payload");
    EXPECT_EQ(std::ranges::count(state.outdated, "environment"), 1);
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

TEST_F(Migrations, names_each_after_its_number) {
    std::int64_t number = 0;
    for (auto const& migration : all_migrations()) {
        auto const file = fmt::format(STEPWELL_MIGRATIONS "/{:04}-{}.sql", ++number, migration.name);
        EXPECT_EQ(base::read_file(file), migration.statements) << file;
    }
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(STEPWELL_MIGRATIONS), {}), number);
}

} // namespace stepwell::store
