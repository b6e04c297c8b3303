// `stepwell check`, and the messages of `stepwell server` about a folder that a server did not leave this way.
#include "base/text.h"
#include "served_folder.h"
#include "store/sqlite/sqlite.h"
#include "support/manual.h"

#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <random>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::cli {
namespace {

namespace fs = std::filesystem;

class Check : public ServedFolder {
protected:
    static Ended check(std::string const& folder) { return Program({"check", "--data", folder}, {}).end(); }
};

std::string without_numbers(std::string text) {
    std::string out;
    for (char c : text)
        if (c < '0' || c > '9') out += c;
    return out;
}

// Overwrites the first page of a table with noise. The file keeps its size, and the log is empty.
void damage(std::string const& database, std::string const& table) {
    auto session = store::open_sqlite(database, store::Use::read);
    auto page = *session->integer("select rootpage from sqlite_master where name = ?", table);
    session.reset();
    std::mt19937_64 random(7);
    std::string noise(4096, '\0');
    for (auto& c : noise) c = char(random());
    base::Fd file(::open(database.c_str(), O_WRONLY | O_CLOEXEC));
    EXPECT_EQ(::pwrite(file.get(), noise.data(), noise.size(), (page - 1) * 4096), 4096);
}

TEST_F(Check, does_what_the_manual_shows) {
    make();
    auto lines = tests::lines_of_manual("getting-started.md", "check");
    ASSERT_EQ(lines.front(), "stepwell check --data DATA");
    lines.erase(lines.begin());
    auto ended = check(data());
    EXPECT_EQ(ended.code, 0) << ended.err;
    auto shown = base::replace_all(base::join(lines, "\n") + "\n", "DATA", data());
    EXPECT_EQ(without_numbers(ended.out), without_numbers(shown));
}

TEST_F(Check, waits_for_no_pipe_in_the_place_of_a_file) {
    make();
    for (auto name : {"stepwell.db", "key", "last-commit", "lock", "launcher.log"}) {
        auto path = data() + "/" + name;
        std::error_code none;
        fs::rename(path, folder_ + "/aside", none);
        ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
        auto words = "'" + path + "' must be a file, but is a named pipe";
        EXPECT_NE(refusal().find(words), std::string::npos);
        auto checked = check(data());
        EXPECT_EQ(checked.code, 1);
        EXPECT_NE(checked.err.find(words), std::string::npos) << checked.err;
        fs::remove(path);
        fs::rename(folder_ + "/aside", path, none);
    }
    EXPECT_EQ(check(data()).code, 0) << "twin";
}

TEST_F(Check, works_beside_a_running_server) {
    auto server = start();
    ASSERT_TRUE(server.hears("listens on port"));
    auto ended = check(data());
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_NE(ended.out.find("events: "), std::string::npos) << ended.out;
    EXPECT_NE(ended.out.find(data() + " is in order.\n"), std::string::npos) << ended.out;
    EXPECT_TRUE(server.hears("database check passed"));
    end(server);
}

TEST_F(Check, is_answered_where_there_is_no_thread_for_it) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    auto server = start();
    ASSERT_TRUE(server.hears("database check passed"));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NPROC, &before), 0);
    // Run by a process of the server's account, without root privileges.
    auto limit_threads = [&](rlim_t most) {
        struct stat owner{};
        if (::stat(data().c_str(), &owner) != 0) return false;
        pid_t const child = ::fork();
        if (child == 0) {
            rlimit const limit{most, before.rlim_max};
            bool good = ::setgid(owner.st_gid) == 0 && ::setuid(owner.st_uid) == 0 &&
                        ::prlimit(server.id(), RLIMIT_NPROC, &limit, nullptr) == 0;
            ::_exit(good ? 0 : 1);
        }
        int status = -1;
        return ::waitpid(child, &status, 0) == child && status == 0;
    };
    ASSERT_TRUE(limit_threads(1));
    for (int round = 0; round < 2; ++round) {
        auto ended = check(data());
        EXPECT_EQ(ended.code, 1);
        EXPECT_NE(ended.err.find("The server cannot start a thread for the check."), std::string::npos) << ended.err;
    }
    ASSERT_TRUE(limit_threads(before.rlim_cur));
    EXPECT_EQ(check(data()).code, 0) << "twin";
    end(server);
}

TEST_F(Check, finds_damage_and_fails) {
    make();
    damage(database(), "event_document");
    for (bool running : {false, true}) {
        std::optional<Program> server;
        if (running) {
            server.emplace(std::vector<std::string>{"server", "--data", data(), "--listen", "127.0.0.1:0", "--run-uids",
                                                    "61880-61881", "--allow-same-user"},
                           Program::Setting{});
            ASSERT_TRUE(server->hears("database check: fault"));
        }
        auto ended = check(data());
        EXPECT_EQ(ended.code, 1) << running;
        EXPECT_NE(ended.out.find("fault: "), std::string::npos) << ended.out;
        EXPECT_NE(ended.err.find(data() + " is damaged. Restore a backup"), std::string::npos) << ended.err;
        if (running) end(*server);
    }
}

TEST_F(Check, reports_a_chain_that_was_cut_off_as_a_fault) {
    make();
    auto const last = *store::open_sqlite(database(), store::Use::read)->integer("select max(sequence) from event");
    store::open_sqlite(database(), store::Use::write)->exec("delete from event where sequence = ?", last);
    auto cut = check(data());
    EXPECT_EQ(cut.code, 1);
    auto const words = "event " + std::to_string(last) + " was committed, but the last event";
    EXPECT_EQ(cut.out.find("fault: "), 0u) << cut.out;
    EXPECT_NE(cut.out.find(words), std::string::npos) << cut.out;
    EXPECT_NE(cut.err.find(data() + " is damaged. Restore a backup"), std::string::npos) << cut.err;
}

TEST_F(Check, needs_an_installation) {
    auto ended = check(folder_ + "/nothing");
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.err.find("There is no installation in " + folder_ + "/nothing."), std::string::npos) << ended.err;
    EXPECT_FALSE(fs::exists(folder_ + "/nothing"));
    auto help = Program({"check", "--help"}, {}).end();
    EXPECT_EQ(help.code, 0);
    EXPECT_NE(help.out.find("--data"), std::string::npos) << help.out;
    for (auto const& words : {std::vector<std::string>{"check"}, {"server"}, {"check", "--data"}, {"check", "--odd"}})
        EXPECT_EQ(Program(words, {}).end().code, 2) << base::join(words, " ");
}

// Otherwise, nobody would ever see the password of the first administrator.
TEST_F(Check, a_first_start_that_cannot_listen_creates_no_administrator) {
    base::Fd const socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(socket.get(), 1), 0);
    ASSERT_EQ(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    auto const server_at = [&](int port) {
        return std::vector<std::string>{
            "server",      "--data",           data(), "--listen", "127.0.0.1:" + std::to_string(port), "--run-uids",
            "61880-61881", "--allow-same-user"};
    };
    auto const refused = Program(server_at(ntohs(address.sin_port)), Program::Setting{}).end();
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.err.find("Address already in use"), std::string::npos) << refused.err;
    Program server(server_at(0), Program::Setting{});
    EXPECT_TRUE(server.hears("First start: sign in as admin with the password"));
    end(server);
}

TEST_F(Check, a_start_refuses_what_a_newer_program_wrote) {
    make();
    store::open_sqlite(database(), store::Use::write)->script("pragma user_version = 99");
    auto before = *base::read_file(database());
    EXPECT_NE(refusal().find("was written by a newer Stepwell"), std::string::npos);
    EXPECT_EQ(*base::read_file(database()), before);
    EXPECT_NE(check(data()).err.find("was written by a newer Stepwell"), std::string::npos);
}

TEST_F(Check, a_start_refuses_a_folder_whose_database_is_gone_or_damaged) {
    make();
    auto whole = *base::read_file(database());
    fs::remove(database());
    EXPECT_NE(refusal().find(database() + " is missing"), std::string::npos);
    for (auto const& bytes : {std::string(), whole.substr(0, whole.size() / 2), std::string(8192, 'x')}) {
        base::replace_file(database(), bytes);
        EXPECT_NE(refusal().find("Restore a backup"), std::string::npos) << bytes.size();
    }
    base::replace_file(database(), whole);
    for (auto table : {"event", "setting", "description", "space", "sequence"}) {
        damage(database(), table);
        EXPECT_NE(refusal().find("Restore a backup"), std::string::npos) << table;
        base::replace_file(database(), whole);
    }
    auto server = start();
    EXPECT_TRUE(server.hears("listens on port")) << "twin";
    end(server);
}

TEST_F(Check, a_start_closes_the_folder_and_says_so) {
    make();
    ::chmod(data().c_str(), 0777);
    ::chmod((data() + "/key").c_str(), 0644);
    ::chmod(database().c_str(), 0666);
    auto server = start();
    ASSERT_TRUE(server.hears("listens on port"));
    auto ended = end(server);
    EXPECT_NE(ended.err.find(data() + ": mode changed from 0777 to 0700"), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("stepwell rotate-key --data " + data()), std::string::npos) << ended.err;
    for (auto const& path : {data(), data() + "/key", database()}) {
        struct stat facts{};
        ASSERT_EQ(::stat(path.c_str(), &facts), 0);
        EXPECT_EQ(facts.st_mode & 077, 0u) << path;
    }
}

TEST_F(Check, a_start_refuses_files_that_others_put_into_an_open_folder) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    make();
    ::chmod(data().c_str(), 0777);
    for (auto name : {"key", "stepwell.db", "planted"}) {
        auto path = data() + "/" + name;
        auto aside = folder_ + "/aside";
        if (fs::exists(path)) fs::rename(path, aside);
        base::replace_file(path, "x", 0600);
        ASSERT_EQ(::chown(path.c_str(), 61899, 61899), 0);
        EXPECT_NE(refusal().find(path + "' belongs to account 61899"), std::string::npos);
        fs::remove(path);
        if (fs::exists(aside)) fs::rename(aside, path);
    }
    auto server = start();
    EXPECT_TRUE(server.hears("listens on port")) << "twin";
    end(server);
}

// The server continues despite a damaged page. Requests that read the page get an error response.
class CheckOfRunning : public Commands {};

TEST_F(CheckOfRunning, answers_what_a_damaged_page_keeps_it_from_doing) {
    auto database = server.folder() + "/data/stepwell.db";
    server.restart([&] { damage(database, "environment"); });
    for (int i = 0; i < 5; ++i) {
        for (auto const& answer : {server.get(contract::Workshop::space + "environments"),
                                   server.post(contract::Workshop::space + "environments", R"({"Name":"New"})")}) {
            EXPECT_EQ(answer.status, 500);
            EXPECT_NE(answer.body.find("The server's log has the reason."), std::string::npos) << answer.body;
        }
        EXPECT_EQ(server.get(contract::Workshop::space + "projects").status, 200);
    }
    EXPECT_EQ(server.post(contract::Workshop::space + "projectGroups", R"({"Name":"Still"})").status, 201);
}

} // namespace
} // namespace stepwell::cli
