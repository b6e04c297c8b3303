// Checks of all stored data, and the effect of a damaged page on requests that read it.
#include "store/check_folder.h"
#include "store/sqlite/write_ahead_log.h"
#include "store/workbench.h"

#include <fcntl.h>
#include <random>
#include <unistd.h>

namespace stepwell::store {

namespace {

namespace fs = std::filesystem;

struct FullCheck : Workbench {
    std::string database() const { return data() + "/stepwell.db"; }
    std::vector<std::string> told;

    CheckResult check(std::stop_token stop = {}) {
        told.clear();
        return store->check([this](std::string const& line) { told.push_back(line); }, stop);
    }
    void fill(int environments) {
        for (int i = 0; i < environments; ++i) {
            auto made = environment("E" + std::to_string(i));
            made.description = std::string(500, 'x');
            add(made);
        }
    }
    // Overwrites a page in the file with noise. No process has the page in memory, and the log is empty.
    void damage(std::string const& table_or_index, std::int64_t leaf = 0) {
        store.reset();
        auto session = open_sqlite(database(), Use::read);
        auto page = *session->integer("select rootpage from sqlite_master where name = ?", table_or_index) + leaf;
        session.reset();
        std::mt19937_64 random(7);
        std::string noise(4096, '\0');
        for (auto& c : noise) c = char(random());
        base::Fd file(::open(database().c_str(), O_WRONLY | O_CLOEXEC));
        EXPECT_EQ(::pwrite(file.get(), noise.data(), noise.size(), (page - 1) * 4096), 4096);
    }
    void expect_plain(std::function<void()> const& act) {
        try {
            act();
            ADD_FAILURE() << "nothing was thrown";
        } catch (base::Error const& error) {
            EXPECT_EQ(error.kind(), base::Kind::internal);
            EXPECT_NE(error.message().find("stepwell.db is damaged. Restore a backup"), std::string::npos)
                << error.message();
            EXPECT_EQ(error.message().find("malformed"), std::string::npos) << error.message();
            EXPECT_EQ(error.message().find("select"), std::string::npos) << error.message();
        }
    }
};

} // namespace

TEST_F(FullCheck, finds_nothing_where_nothing_is_wrong) {
    fill(30);
    auto result = check();
    EXPECT_TRUE(result.is_good());
    EXPECT_EQ(result.events, 30);
    EXPECT_GT(result.tables, 20);
    auto tables = "tables: " + std::to_string(result.tables) + " checked";
    EXPECT_EQ(told, (std::vector<std::string>{tables, "events: 30 checked"}));
    EXPECT_EQ(store->damage(), "");
}

TEST_F(FullCheck, goes_table_by_table_where_there_is_much) {
    fill(30);
    store->read([&](Session& session) {
        auto result = check_everything(session, Parts::tables, [](std::string const&) {}, {});
        EXPECT_TRUE(result.is_good());
        EXPECT_EQ(result.events, 30);
    });
    damage("environment_slug_key");
    reopen();
    store->read([&](Session& session) {
        auto result = check_everything(session, Parts::tables, [](std::string const&) {}, {});
        ASSERT_FALSE(result.faults.empty());
        for (auto const& fault : result.faults) EXPECT_EQ(fault.find("table environment: "), 0u) << fault;
        EXPECT_EQ(result.events, 30) << "the other parts are checked all the same";
    });
}

TEST_F(FullCheck, finds_a_damaged_page_wherever_it_is) {
    for (auto place : {"environment", "environment_slug_key", "event", "event_document", "sequence"}) {
        store.reset();
        fs::remove_all(data());
        reopen();
        fill(30);
        damage(place);
        auto words = why_refused();
        if (!words.empty()) { // found at startup
            EXPECT_NE(words.find("Restore a backup"), std::string::npos) << place << ": " << words;
            continue;
        }
        EXPECT_FALSE(check().is_good()) << place;
        EXPECT_NE(store->damage().find("Restore a backup"), std::string::npos) << place;
    }
}

TEST_F(FullCheck, finds_what_was_written_past_the_audit) {
    fill(30);
    by_hand()->script("update event set body = replace(body, 'E7', 'E8') where sequence = 8");
    auto result = check();
    EXPECT_EQ(result.faults, (std::vector<std::string>{"event 8 does not match its digest"}));
    EXPECT_EQ(result.events, 7) << "those before it are in order";
    EXPECT_NE(store->damage(), "");
}

TEST_F(FullCheck, finds_that_the_audit_was_cut_off) {
    fill(30);
    by_hand()->script("delete from event where sequence > 28");
    auto result = check();
    EXPECT_EQ(result.faults, (std::vector<std::string>{"event 30 was committed, but the last event is 28"}));
    EXPECT_EQ(result.events, 28);
}

TEST_F(FullCheck, stops_when_asked) {
    fill(5);
    std::stop_source stop;
    stop.request_stop();
    auto result = check(stop.get_token());
    EXPECT_FALSE(result.is_complete);
    EXPECT_TRUE(result.faults.empty());
    EXPECT_EQ(store->damage(), "");
}

// If it is stopped, it reports no false faults.
TEST_F(FullCheck, is_interrupted_at_any_point) {
    fill(400);
    for (int round = 0; round < 20; ++round) {
        std::stop_source stop;
        std::jthread later([&] {
            ::usleep(useconds_t(round * 997));
            stop.request_stop();
        });
        auto result = check(stop.get_token());
        EXPECT_TRUE(result.faults.empty()) << result.faults[0];
    }
    EXPECT_EQ(store->damage(), "");
    EXPECT_TRUE(check().is_good()) << "twin";
}

TEST_F(FullCheck, works_while_others_write) {
    store->start();
    std::jthread thread([this](std::stop_token stop) { store->serve(stop); });
    std::jthread writer([this](std::stop_token stop) {
        for (int i = 0; i < 2000 && !stop.stop_requested(); ++i) add(environment("E" + std::to_string(i)));
    });
    for (int round = 0; round < 5; ++round) {
        auto result = check();
        EXPECT_TRUE(result.is_good()) << (result.faults.empty() ? "" : result.faults[0]);
    }
}

TEST_F(FullCheck, leaves_a_folder_that_no_server_holds_as_it_is) {
    fill(30);
    store.reset();
    auto names = [&] {
        std::set<std::string> all;
        for (auto const& entry : fs::directory_iterator(data())) all.insert(entry.path().filename());
        return all;
    };
    auto before = names();
    auto bytes = *base::read_file(database());
    auto result = check_folder(data(), [](std::string const&) {});
    EXPECT_TRUE(result.is_good());
    EXPECT_EQ(result.events, 30);
    EXPECT_EQ(names(), before);
    fs::remove(data() + "/lock"); // as in a restored backup
    before = names();
    check_folder(data(), [&](std::string const&) {
        EXPECT_THROW(Store(data(), clock), base::Error) << "a server that starts during the check";
    });
    EXPECT_EQ(names(), before);
    EXPECT_EQ(*base::read_file(database()), bytes);
    EXPECT_THROW(check_folder(folder.path() + "/nothing", [](std::string const&) {}), base::Error);
    reopen();
    EXPECT_THROW(check_folder(data(), [](std::string const&) {}), base::Error) << "a server holds it";
}

// Requests read the damaged page: each fails with a plain message, and the server continues.
TEST_F(FullCheck, lets_readers_and_the_writer_survive_a_damaged_page) {
    fill(30);
    damage("environment");
    reopen();
    store->start();
    std::jthread thread([this](std::stop_token stop) { store->serve(stop); });
    EXPECT_EQ(store->damage(), "");
    expect_plain([&] { find_stored<Environment>("Environments-1"); });
    expect_plain([&] {
        store->read_at_once(
            [](Session& session) { return session.integer("select sum(length(document)) from environment"); });
    });
    expect_plain([&] { add(environment("New")); });
    EXPECT_NE(store->damage().find("Restore a backup"), std::string::npos);
    for (int i = 0; i < 20; ++i) {
        store->read_at_once([](Session& session) { EXPECT_EQ(session.integer("select count(*) from event"), 30); });
        EXPECT_NO_THROW(store->write([&](Transaction& transaction) {
            transaction.session.exec("insert into setting(name, value) values(?, 'x')", std::to_string(i));
        }));
    }
}

// For noise on any page: the store opens or refuses, reads and writes succeed or fail, and the process continues.
TEST_F(FullCheck, ends_no_process_over_any_page) {
    fill(20);
    store.reset();
    auto pages = std::int64_t(fs::file_size(database()) / 4096);
    fs::copy(data(), folder.path() + "/before", fs::copy_options::recursive);
    int refused = 0, found = 0;
    for (std::int64_t page = 2; page <= pages; page += 3) {
        store.reset();
        fs::remove_all(data());
        fs::copy(folder.path() + "/before", data(), fs::copy_options::recursive);
        base::Fd file(::open(database().c_str(), O_WRONLY | O_CLOEXEC));
        std::string noise(4096, char(page | 1));
        EXPECT_EQ(::pwrite(file.get(), noise.data(), noise.size(), (page - 1) * 4096), 4096);
        auto words = why_refused();
        if (!words.empty()) {
            EXPECT_NE(words.find("Restore a backup"), std::string::npos) << page << ": " << words;
            ++refused;
            continue;
        }
        store->start();
        std::jthread thread([this](std::stop_token stop) { store->serve(stop); });
        for (auto const& act : std::vector<std::function<void()>>{
                 [&] { add(environment("New")); }, [&] { find_stored<Environment>("Environments-3"); },
                 [&] { store->read_at_once([](Session& session) { verify_events(session); }); }})
            try {
                act();
            } catch (base::Error const&) {
                // reported as an error
            }
        if (!check().is_good()) ++found;
    }
    EXPECT_GT(refused + found, 0);
}

} // namespace stepwell::store
