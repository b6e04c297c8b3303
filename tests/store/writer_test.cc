#include "store/workbench.h"

#include <atomic>
#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::store {

namespace {

struct Writer : Workbench {
    std::jthread thread;
    void serve() {
        store->start();
        thread = std::jthread([this](std::stop_token stop) { store->serve(stop); });
    }
    void TearDown() override {
        if (!thread.joinable()) return;
        thread.request_stop();
        thread.join();
    }
    static void set(Transaction& transaction, std::string const& name, std::string const& value) {
        transaction.session.exec("insert into setting(name, value) values(?, ?)", name, value);
    }
    std::int64_t settings(std::string const& like) { return count("setting where name like '" + like + "'"); }
    static unsigned mode_of(std::string const& path) {
        struct stat facts{};
        EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
        return facts.st_mode & 07777;
    }
};

} // namespace

TEST_F(Writer, commits_for_many_threads_and_one_that_throws_fails_alone) {
    serve();
    std::atomic<int> thrown = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < 50; ++i) {
                    auto name = "w" + std::to_string(t) + "-" + std::to_string(i);
                    bool bad = t == 3 && i % 5 == 0;
                    try {
                        store->write([&](Transaction& transaction) {
                            set(transaction, name, "x");
                            if (bad) base::reject("", name);
                        });
                        EXPECT_FALSE(bad);
                        store->read([&](Session& session) {
                            EXPECT_TRUE(session.text("select value from setting where name = ?", name));
                        });
                    } catch (base::Error const& error) {
                        EXPECT_TRUE(bad) << error.message();
                        EXPECT_EQ(error.message(), name) << "everybody gets his own failure";
                        ++thrown;
                    }
                }
            });
    }
    EXPECT_EQ(thrown, 10);
    EXPECT_EQ(settings("w%"), 390);
}

// sqlite.org/fileformat2.html, section 4: a frame is valid when it has the salts of the log's header.
std::size_t valid_frames(std::string_view log) {
    if (log.size() < 32) return 0;
    auto salts = log.substr(16, 8);
    std::size_t count = 0;
    for (log.remove_prefix(32); log.size() >= 4120 && log.substr(8, 8) == salts; log.remove_prefix(4120)) ++count;
    return count;
}

TEST_F(Writer, commits_in_groups) {
    std::atomic<int> done = 0;
    std::set<Time> moments;
    for (int i = 0; i < 1000; ++i)
        store->submit([i](Transaction& transaction) { set(transaction, "g" + std::to_string(i), "x"); },
                      [&](std::exception_ptr failure) {
                          EXPECT_FALSE(failure);
                          ++done;
                      });
    auto changes = [&] { return valid_frames(*base::read_file(store->database_path() + "-wal")); };
    auto before = changes();
    serve();
    store->write([](Transaction&) {});
    EXPECT_EQ(done, 1000) << "in order: the last is done, so all are";
    EXPECT_LT(changes() - before, 200u) << "a thousand commits would each write their pages";
}

TEST_F(Writer, survives_a_transaction_that_the_database_gives_up) {
    serve();
    EXPECT_THROW(store->write([](Transaction& transaction) { transaction.session.script("nonsense"); }), base::Error);
    EXPECT_ANY_THROW(store->write([](Transaction& transaction) {
        set(transaction, "lost", "x");
        transaction.session.script("rollback"); // as on a full disk
    }));
    store->write([](Transaction& transaction) { set(transaction, "kept", "x"); });
    EXPECT_EQ(settings("lost"), 0);
    EXPECT_EQ(settings("kept"), 1);
    add(environment("A"));
    EXPECT_EQ(broken(), std::nullopt);
}

TEST_F(Writer, commits_what_is_queued_before_it_stops) {
    std::atomic<int> done = 0;
    for (int i = 0; i < 100; ++i)
        store->submit([i](Transaction& transaction) { set(transaction, "q" + std::to_string(i), "x"); },
                      [&](std::exception_ptr) { ++done; });
    std::stop_source stop;
    stop.request_stop();
    store->serve(stop.get_token());
    EXPECT_EQ(done, 100);
    reopen();
    EXPECT_EQ(settings("q%"), 100);
}

TEST_F(Writer, lets_readers_see_one_moment) {
    serve();
    store->write([](Transaction& transaction) { set(transaction, "a", "1"); });
    store->read_at_once([&](Session& session) {
        EXPECT_EQ(session.integer("select count(*) from setting where name = 'b'"), 0);
        std::jthread([&] { store->write([](Transaction& transaction) { set(transaction, "b", "1"); }); }).join();
        EXPECT_EQ(session.integer("select count(*) from setting where name = 'b'"), 0);
    });
    EXPECT_EQ(settings("b"), 1);
}

TEST_F(Writer, lets_readers_write_nothing) {
    EXPECT_THROW(store->read([](Session& session) { session.exec("delete from setting"); }), base::Error);
    EXPECT_GT(settings("%"), 0);
}

TEST_F(Writer, shares_its_folder_with_nobody) {
    try {
        Store second(data(), clock);
        FAIL();
    } catch (base::Error const& error) {
        EXPECT_EQ(error.kind(), base::Kind::conflict);
        EXPECT_NE(error.message().find("Another server"), std::string::npos);
    }
    reopen();
}

TEST_F(Writer, gives_the_folder_back_when_it_could_not_start) {
    store.reset();
    auto key = *base::read_file(data() + "/key");
    base::replace_file(data() + "/key", base::to_hex(base::SecretKey::random().bytes()), 0400);
    EXPECT_THROW(Store(data(), clock), base::Error);
    base::replace_file(data() + "/key", key, 0400);
    EXPECT_NO_THROW(Store(data(), clock));
}

// A47.
TEST_F(Writer, makes_files_for_its_account_alone) {
    auto before = ::umask(0);
    std::filesystem::create_directory(folder.path() + "/open");
    ::chmod((folder.path() + "/open").c_str(), 0777);
    for (std::string path : {folder.path() + "/fresh", folder.path() + "/open"}) {
        Store other(path, clock);
        other.write([](Transaction& transaction) { set(transaction, "a", "1"); });
        EXPECT_EQ(mode_of(path + "/key"), 0400u);
        for (auto const& entry : std::filesystem::directory_iterator(path))
            EXPECT_EQ(mode_of(entry.path()) & 0077, 0u) << entry.path();
    }
    ::umask(before);
    EXPECT_EQ(mode_of(folder.path() + "/fresh"), 0700u);
}

// A48.
TEST_F(Writer, gives_each_installation_its_own_key_and_name) {
    Store other(folder.path() + "/other", clock);
    EXPECT_NE(other.key().current().bytes(), store->key().current().bytes());
    EXPECT_NE(other.installation_id(), store->installation_id());
    auto id = store->installation_id();
    reopen();
    EXPECT_EQ(store->installation_id(), id);
}

TEST_F(Writer, remembers_a_bounded_number_of_statements) {
    store->read([&](Session& session) {
        for (int i = 0; i < 3000; ++i) EXPECT_EQ(session.integer("select " + std::to_string(i)), i);
        session.each("select 1 union select 2", [&](Row const& row) {
            for (int i = 0; i < 1500; ++i) EXPECT_EQ(session.integer("select " + std::to_string(i)), i);
            EXPECT_GT(row.integer(0), 0) << "the statement in use stays";
        });
    });
}

// A child reports its writes. If it is killed at any time, all reported writes exist.
TEST_F(Writer, loses_nothing_it_acknowledged_when_killed) {
    store.reset();
    std::int64_t acknowledged = 0;
    for (int round = 0; round < 8; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        auto child = ::fork();
        if (child == 0) {
            Store mine(data(), clock);
            mine.start();
            std::jthread writer([&](std::stop_token stop) { mine.serve(stop); });
            std::vector<std::jthread> threads;
            for (int t = 0; t < 4; ++t)
                threads.emplace_back([&] {
                    for (;;) {
                        auto made = environment(base::random_letters(20));
                        made.id = mine.next_id("Environments");
                        made.space_id = "Spaces-1";
                        auto draft = draft_of(mine, tester(), made);
                        mine.write([&](Transaction& transaction) { insert_document(transaction, draft); });
                        auto told = base::number_of(made.id);
                        if (::write(ends[1], &told, sizeof told) != sizeof told) ::_exit(1);
                    }
                });
            for (;;) ::pause();
        }
        ::close(ends[1]);
        std::vector<std::int64_t> told(1);
        ASSERT_EQ(::read(ends[0], told.data(), sizeof told[0]), ssize_t(sizeof told[0])); // it has started
        ::usleep(useconds_t(1000 + round * 3777));
        ::kill(child, SIGKILL);
        for (std::int64_t number; ::read(ends[0], &number, sizeof number) == sizeof number;) told.push_back(number);
        ::close(ends[0]);
        ::waitpid(child, nullptr, 0);
        store = std::make_unique<Store>(data(), clock);
        for (auto number : told)
            EXPECT_TRUE(find_stored<Environment>("Environments-" + std::to_string(number))) << number;
        acknowledged += std::int64_t(told.size());
        EXPECT_GE(count("environment"), acknowledged);
        EXPECT_EQ(count("environment"), count("event")) << "a document and its event come together";
        EXPECT_EQ(broken(), std::nullopt);
        EXPECT_EQ(store->read([](Session& session) { return session.text("pragma integrity_check"); }), "ok");
        auto next = base::number_of(store->next_id("Environments"));
        EXPECT_GT(next, *std::ranges::max_element(told));
        store.reset();
    }
    EXPECT_GT(acknowledged, 8);
}

} // namespace stepwell::store
