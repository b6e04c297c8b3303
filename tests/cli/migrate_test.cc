// `stepwell migrate`.
#include "base/text.h"
#include "served_folder.h"
#include "store/migrations.h"
#include "store/sqlite/copy_database.h"
#include "store/sqlite/sqlite.h"
#include "support/manual.h"

#include <fmt/format.h>

namespace stepwell::cli {
namespace {

class Migrate : public ServedFolder {
protected:
    Ended migrate(std::vector<std::string> words) const {
        words.insert(words.begin(), "migrate");
        words.insert(words.end(), {"--data", data()});
        return Program(words, {}).end();
    }
    // Restores the folder of the first schema.
    void set_back() const {
        for (auto end : {"", "-wal", "-shm"}) std::filesystem::remove(database() + end);
        std::filesystem::remove(data() + "/last-commit");
        auto session = store::open_sqlite(database(), store::Use::write);
        session->script(std::string(store::all_migrations()[0].statements));
        session->set_schema_number(1);
        session.reset();
        auto const owner = owner_of(data());
        EXPECT_EQ(::chown(database().c_str(), owner, gid_t(-1)), 0);
    }
    static uid_t owner_of(std::string const& path) {
        struct stat facts{};
        EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
        return facts.st_uid;
    }
    std::int64_t number() const { return store::open_sqlite(database(), store::Use::read)->schema_number(); }
};

TEST_F(Migrate, does_what_the_manual_shows) {
    make();
    set_back();
    auto const lines = tests::lines_of_manual("getting-started.md", "migrate");
    std::string shown, said;
    for (auto const& line : lines) {
        shown += line + "\n";
        if (!line.starts_with("stepwell ")) continue;
        auto words = base::split(line, ' ');
        words.erase(words.begin(), words.begin() + 2);
        words.resize(words.size() - 2); // --data DATA
        auto const ended = migrate({words.begin(), words.end()});
        EXPECT_EQ(ended.code, 0) << ended.err;
        said += line + "\n" + base::replace_all(ended.out, data(), "DATA");
    }
    EXPECT_EQ(said, shown);
    EXPECT_EQ(number(), store::schema_version());
    EXPECT_EQ(owner_of(store::copy_path(data(), 1)), owner_of(database())) << "whoever ran the command";
}

TEST_F(Migrate, says_what_a_server_that_runs_has_done) {
    make();
    set_back();
    auto server = start();
    ASSERT_TRUE(server.hears("listens on port"));
    EXPECT_EQ(number(), store::schema_version());
    for (auto words : {std::vector<std::string>{"status"}, {"up"}, {"up", "--dry-run"}}) {
        auto const ended = migrate(words);
        EXPECT_EQ(ended.code, 0) << ended.err;
        EXPECT_EQ(ended.out, fmt::format("schema {0} of {0}, in use by a server\n{1}", store::schema_version(),
                                         words[0] == "up" ? "The server migrated the database when it started. Nothing "
                                                            "was changed.\n"
                                                          : ""));
    }
    end(server);
}

TEST_F(Migrate, changes_nothing_that_it_does_not_know) {
    EXPECT_NE(migrate({"status"}).err.find("There is no installation in"), std::string::npos);
    make();
    for (auto words : {std::vector<std::string>{"status"}, {"up"}, {"up", "--dry-run"}}) {
        auto const ended = migrate(words);
        EXPECT_EQ(ended.code, 0) << ended.err;
        EXPECT_EQ(ended.out, fmt::format("schema {0} of {0}\nThe schema is up to date.\n", store::schema_version()));
    }
    store::open_sqlite(database(), store::Use::write)->set_schema_number(store::schema_version() + 1);
    for (auto words : {std::vector<std::string>{"status"}, {"up"}, {"up", "--dry-run"}}) {
        auto const refused = migrate(words);
        EXPECT_EQ(refused.code, 1);
        EXPECT_NE(refused.err.find("was written by a newer Stepwell"), std::string::npos) << refused.err;
    }
    EXPECT_EQ(number(), store::schema_version() + 1);
}

} // namespace
} // namespace stepwell::cli
