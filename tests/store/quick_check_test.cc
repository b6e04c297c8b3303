// Folders that a start refuses before it changes anything.
#include "store/sqlite/write_ahead_log.h"
#include "store/workbench.h"

#include <csignal>
#include <fcntl.h>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::store {

namespace {

namespace fs = std::filesystem;

struct QuickCheck : Workbench {
    std::string database() const { return data() + "/stepwell.db"; }
    std::string log() const { return log_path(database()); }

    // The folder of a server that was killed after some commits.
    void fill_and_kill(int environments) {
        store.reset();
        if (auto child = ::fork(); child == 0) {
            Store mine(data(), clock);
            for (int i = 0; i < environments; ++i) {
                auto made = environment("E" + std::to_string(i));
                made.id = mine.next_id("Environments");
                made.space_id = "Spaces-1";
                auto draft = draft_of(mine, tester(), made);
                mine.write([&](Transaction& transaction) { insert_document(transaction, draft); });
            }
            // The last commit contains no event.
            mine.write([](Transaction& transaction) {
                transaction.session.exec("insert into setting(name, value) values('Last', 'x')");
            });
            ::kill(::getpid(), SIGKILL);
        } else {
            ::waitpid(child, nullptr, 0);
        }
    }
    void overwrite(std::string const& path, std::size_t at, std::string const& bytes) {
        base::Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        EXPECT_EQ(::pwrite(file.get(), bytes.data(), bytes.size(), off_t(at)), ssize_t(bytes.size()));
    }
    void keep(std::string const& name) { fs::copy(data(), folder.path() + "/" + name, fs::copy_options::recursive); }
    void put_back(std::string const& name) {
        store.reset();
        fs::remove_all(data());
        fs::copy(folder.path() + "/" + name, data(), fs::copy_options::recursive);
    }
    static bool names_the_backup(std::string const& words) {
        return words.find("Restore a backup") != std::string::npos;
    }
};

} // namespace

TEST_F(QuickCheck, makes_a_new_installation_in_a_new_folder_only) {
    fill_and_kill(3);
    for (auto removed : {std::vector<std::string>{"stepwell.db", "stepwell.db-wal", "stepwell.db-shm"},
                         {"stepwell.db", "stepwell.db-wal", "stepwell.db-shm", "last-commit"},
                         {"stepwell.db", "stepwell.db-wal", "stepwell.db-shm", "key"},
                         {"stepwell.db", "key", "last-commit"}}) {
        keep("before");
        for (auto const& name : removed) fs::remove(data() + "/" + name);
        auto words = why_refused();
        EXPECT_TRUE(names_the_backup(words)) << words;
        EXPECT_NE(words.find(database() + " is missing"), std::string::npos) << words;
        EXPECT_FALSE(fs::exists(database()));
        put_back("before");
        fs::remove_all(folder.path() + "/before");
    }
    EXPECT_EQ(why_refused(), "") << "twin: nothing is missing";
    store.reset();
    fs::remove_all(data());
    EXPECT_EQ(why_refused(), "") << "twin: a folder that does not exist";
    store.reset();
    fs::remove_all(data());
    fs::create_directories(data() + "/tickets"); // created by the launcher, which starts first
    EXPECT_EQ(why_refused(), "") << "twin: an empty one";
}

TEST_F(QuickCheck, takes_tickets_and_former_keys_for_traces) {
    for (auto path : {"/tickets/0123", "/former-keys/0123"}) {
        store.reset();
        fs::remove_all(data());
        fs::create_directories(data() + path);
        auto words = why_refused();
        EXPECT_NE(words.find(std::string(path).substr(0, 5)), std::string::npos) << words;
        EXPECT_TRUE(names_the_backup(words)) << words;
    }
}

TEST_F(QuickCheck, goes_on_with_a_first_start_that_was_interrupted) {
    using Names = std::vector<std::string>;
    for (auto made : {Names{"stepwell.db"}, Names{"stepwell.db", "key"}, Names{"stepwell.db", "key", "last-commit"}}) {
        store.reset();
        auto key = *base::read_file(data() + "/key");
        fs::remove_all(data());
        fs::create_directories(data());
        for (auto const& name : made) base::replace_file(data() + "/" + name, name == "key" ? key : "", 0600);
        EXPECT_EQ(why_refused(), "") << made.back();
    }
}

// Killed while SQLite creates the first page: its journal shows that there was no page before.
TEST_F(QuickCheck, goes_on_with_a_database_that_was_half_made) {
    store.reset();
    auto first_page = base::read_file(database())->substr(0, 4096);
    for (auto name : {"last-commit", "stepwell.db"}) fs::remove(data() + "/" + name);
    base::replace_file(database(), first_page);
    std::string journal("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7\0\0\0\0\1\2\3\4\0\0\0\0\0\0\2\0\0\0\x10\0", 28);
    base::replace_file(database() + "-journal", journal + std::string(512 - journal.size(), '\0'));
    EXPECT_EQ(why_refused(), "");
    EXPECT_EQ(count("environment"), 0);
    add(environment("A"));
    EXPECT_EQ(why_refused(), "");
}

TEST_F(QuickCheck, survives_a_kill_at_any_moment_of_the_first_start) {
    for (int round = 0; round < 12; ++round) {
        store.reset();
        fs::remove_all(data());
        auto child = ::fork();
        if (child == 0) {
            Store mine(data(), clock);
            ::_exit(0);
        }
        ::usleep(useconds_t(round * 1700));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        EXPECT_EQ(why_refused(), "") << round;
        EXPECT_EQ(broken(), std::nullopt);
    }
}

TEST_F(QuickCheck, refuses_a_database_that_was_cut_off) {
    for (int i = 0; i < 40; ++i) add(environment("E" + std::to_string(i)));
    store.reset(); // valid: the database contains everything
    auto whole = fs::file_size(database());
    keep("before");
    for (auto size : {std::uintmax_t(0), std::uintmax_t(1), std::uintmax_t(99), std::uintmax_t(4096), whole / 2,
                      whole - 4096, whole - 1}) {
        fs::resize_file(database(), size);
        auto words = why_refused();
        EXPECT_TRUE(names_the_backup(words)) << size << ": " << words;
        EXPECT_EQ(fs::file_size(database()), size) << "it is left as it is";
        put_back("before");
    }
    EXPECT_EQ(why_refused(), "") << "twin";
}

TEST_F(QuickCheck, refuses_a_database_that_was_cut_off_under_its_log) {
    for (int i = 0; i < 40; ++i) add(environment("E" + std::to_string(i)));
    fill_and_kill(0);
    ASSERT_GT(fs::file_size(log()), 0u);
    keep("before");
    fs::resize_file(database(), 4096);
    EXPECT_TRUE(names_the_backup(why_refused()));
    put_back("before");
    EXPECT_EQ(why_refused(), "") << "twin";
}

TEST_F(QuickCheck, refuses_a_beginning_that_is_noise) {
    store.reset();
    for (std::size_t at : {0u, 5u, 16u}) {
        keep("before");
        overwrite(database(), at, "\x13\x77\x01");
        EXPECT_TRUE(names_the_backup(why_refused())) << at;
        put_back("before");
        fs::remove_all(folder.path() + "/before");
    }
}

// A header that makes SQLite ignore the log or the end of the file.
TEST_F(QuickCheck, refuses_a_header_that_hides_what_is_there) {
    for (int i = 0; i < 10; ++i) add(environment("E" + std::to_string(i)));
    store.reset();
    keep("before");
    overwrite(database(), 28, std::string("\0\0\0\5", 4));
    EXPECT_TRUE(names_the_backup(why_refused()));
    put_back("before");
    fill_and_kill(0);
    ASSERT_GT(read_log(database(), 1).frames, 0);
    overwrite(database(), 18, "\1\1");
    EXPECT_TRUE(names_the_backup(why_refused()));
}

// For any damage of the log at any place: a start refuses, or all commits are present.
TEST_F(QuickCheck, loses_no_commit_to_noise_in_the_log) {
    fill_and_kill(20);
    auto frames = read_log(database(), 1).frames;
    ASSERT_GT(frames, 20);
    keep("before");
    std::mt19937_64 random(20261130);
    int refused = 0;
    for (int round = 0; round < 40; ++round) {
        auto end = 32 + std::size_t(frames) * 4120;
        auto at = round < 8 ? std::size_t(round) * 4 : random() % end;
        std::string noise(1 + random() % 64, '\0');
        for (auto& c : noise) c = char(random());
        overwrite(log(), at, noise);
        auto words = why_refused();
        if (!words.empty()) {
            ++refused;
            EXPECT_TRUE(names_the_backup(words)) << words;
        } else {
            EXPECT_EQ(count("environment"), 20) << at;
            EXPECT_EQ(count("setting where name = 'Last'"), 1) << at;
        }
        put_back("before");
    }
    EXPECT_GT(refused, 30);
    EXPECT_EQ(why_refused(), "") << "twin";
    EXPECT_EQ(count("environment"), 20);
}

TEST_F(QuickCheck, misses_the_end_of_a_log_that_was_removed_cut_off_or_emptied) {
    fill_and_kill(20);
    keep("before");
    fs::remove(log());
    EXPECT_TRUE(names_the_backup(why_refused()));
    for (auto size : {std::uintmax_t(0), std::uintmax_t(20), std::uintmax_t(32 + 4120 * 3), fs::file_size(log())}) {
        put_back("before");
        fs::resize_file(log(), size);
        if (size > 1'000'000) overwrite(log(), 0, std::string(size, '\0'));
        EXPECT_TRUE(names_the_backup(why_refused())) << size;
    }
}

TEST_F(QuickCheck, refuses_an_older_database_until_somebody_says_so) {
    add(environment("A"));
    store.reset();
    keep("backup");
    reopen();
    add(environment("B"));
    store.reset();
    fs::copy_file(folder.path() + "/backup/stepwell.db", database(), fs::copy_options::overwrite_existing);
    auto words = why_refused();
    EXPECT_NE(words.find("event 2 was committed, but the last event in it is 1"), std::string::npos) << words;
    EXPECT_NE(words.find("remove " + data() + "/last-commit"), std::string::npos) << words;
    fs::remove(data() + "/last-commit");
    EXPECT_EQ(why_refused(), "");
    add(environment("C"));
    EXPECT_EQ(why_refused(), "");
}

TEST_F(QuickCheck, refuses_a_database_with_another_history) {
    add(environment("A"));
    store.reset();
    keep("backup");
    reopen();
    add(environment("B"));
    store.reset();
    auto seen = *base::read_file(data() + "/last-commit");
    put_back("backup");
    reopen();
    add(environment("C"));
    store.reset();
    base::replace_file(data() + "/last-commit", seen);
    auto words = why_refused();
    EXPECT_NE(words.find("another event with this number"), std::string::npos) << words;
}

TEST_F(QuickCheck, starts_where_the_last_commit_is_damaged_and_says_so) {
    add(environment("A"));
    auto last_event = [this] { return read_last_commit(data()).value_or(LastCommit{}).event; };
    auto warning_of_start = [this] {
        testing::internal::CaptureStderr();
        auto refused = why_refused();
        return refused + testing::internal::GetCapturedStderr();
    };
    auto path = data() + "/last-commit";
    auto whole = *base::read_file(path);
    for (auto const& text : {std::string(), std::string("nonsense"), std::string(400, '\0'), std::string(9000, 'x'),
                             whole + "more", whole.substr(0, whole.size() - 1),
                             std::string("event 9 hash 00 log 00 frames 1 check 00000000\n")}) {
        store.reset();
        base::replace_file(path, text);
        auto said = warning_of_start();
        EXPECT_NE(said.find(path + " is damaged, so the last commits of the database"), std::string::npos) << said;
        EXPECT_TRUE(names_the_backup(said)) << said;
        EXPECT_EQ(last_event(), 1) << "it is written anew";
        EXPECT_EQ(warning_of_start(), "") << "once";
    }
    store.reset();
    ASSERT_EQ(::truncate(path.c_str(), off_t(1) << 40), 0) << "more than any memory";
    EXPECT_NE(warning_of_start().find(path + " is damaged, "), std::string::npos);
    EXPECT_EQ(last_event(), 1);
    store.reset();
    fs::remove(path);
    EXPECT_EQ(warning_of_start(), "") << "twin: an older version wrote none";
    EXPECT_EQ(last_event(), 1);
}

// Each small file has the content that a server wrote, or the error names the file and the action.
TEST_F(QuickCheck, refuses_damaged_keys) {
    store->replace_key();
    store.reset();
    std::vector<std::string> keys{data() + "/key"};
    for (auto const& entry : fs::directory_iterator(data() + "/former-keys")) keys.push_back(entry.path());
    ASSERT_EQ(keys.size(), 2u);
    for (auto const& path : keys) {
        auto whole = *base::read_file(path);
        for (auto const& text : {std::string(), whole.substr(1), whole + "\n", std::string(64, 'x'), whole + whole}) {
            base::replace_file(path, text);
            EXPECT_NE(why_refused().find(path + " is damaged: it must contain 64"), std::string::npos) << text.size();
        }
        base::replace_file(path, whole);
    }
    EXPECT_EQ(why_refused(), "") << "twin";
    store.reset();
    fs::rename(data() + "/former-keys", folder.path() + "/aside");
    base::replace_file(data() + "/former-keys", "");
    EXPECT_NE(why_refused().find("former-keys' must be a folder"), std::string::npos);
    fs::remove(data() + "/former-keys");
    fs::rename(folder.path() + "/aside", data() + "/former-keys");
    EXPECT_EQ(why_refused(), "") << "twin";
}

TEST_F(QuickCheck, writes_the_last_commit_before_anybody_is_answered) {
    store->start();
    std::jthread thread([this](std::stop_token stop) { store->serve(stop); });
    for (int i = 1; i < 30; ++i) {
        add(environment("E" + std::to_string(i)));
        auto last = read_last_commit(data());
        ASSERT_TRUE(last);
        EXPECT_EQ(last->event, i);
        EXPECT_EQ(last->log_frames, read_log(database(), 1).frames);
        EXPECT_EQ(last->log_salts, read_log(database(), 1).salts);
    }
}

// The log restarts after a checkpoint. The file must match each state in between.
TEST_F(QuickCheck, fits_a_log_that_began_anew) {
    for (int round = 0; round < 3; ++round) {
        store.reset();
        auto child = ::fork();
        if (child == 0) {
            Store mine(data(), clock);
            for (int i = 0; i < 3 + round; ++i)
                mine.write([&](Transaction& transaction) {
                    transaction.session.exec("insert into setting(name, value) values(?, hex(zeroblob(4000000)))",
                                             std::to_string(round) + "-" + std::to_string(i));
                });
            ::kill(::getpid(), SIGKILL);
        }
        ::waitpid(child, nullptr, 0);
        EXPECT_EQ(why_refused(), "") << round;
        EXPECT_EQ(count("setting where name like '" + std::to_string(round) + "-%'"), 3 + round);
    }
}

} // namespace stepwell::store
