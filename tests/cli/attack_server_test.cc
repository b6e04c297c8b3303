// The server as a process: what other users of the machine can see, and how it treats files that it finds. Needs root.
#include "apps/descriptors.h"
#include "base/error.h"
#include "net/client.h"
#include "program.h"
#include "run/launcher_client.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <linux/securebits.h>
#include <netinet/in.h>
#include <signal.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace stepwell::cli {
namespace {

class AttackOnServer : public ::testing::Test {
protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        ::chmod(folder_.c_str(), 0711);
    }
    void TearDown() override {
        run::LauncherClient(data() + "/launcher.sock").quit();
        std::filesystem::remove_all(folder_);
    }
    std::string data() const { return folder_ + "/data"; }
    Program start() const {
        return Program(
            {"server", "--data", data(), "--listen", "127.0.0.1:0", "--run-uids", "61896-61899"},
            {{{"STEPWELL_ADMIN_PASSWORD", "CANARY-PASSWORD"}, {"STEPWELL_ADMIN_API_KEY", "API-CANARYCANARY"}},
             "",
             false});
    }
    void end(Program& server) const {
        ::kill(server.id(), SIGTERM);
        run::LauncherClient(data() + "/launcher.sock").quit(); // it holds the server's standard streams
        EXPECT_EQ(server.end().code, 0);
    }
    static std::string facts_of(Program const& server, std::string const& what) {
        std::ifstream file("/proc/" + std::to_string(server.id()) + "/" + what);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static uid_t owner_of(std::string const& path) {
        struct stat facts{};
        return ::lstat(path.c_str(), &facts) == 0 ? facts.st_uid : uid_t(-1);
    }

    std::string folder_ = [] {
        char name[] = "/tmp/stepwell-test-XXXXXX";
        return std::string(::mkdtemp(name));
    }();
};

TEST_F(AttackOnServer, a43_keeps_no_secret_where_its_account_can_see_it) {
    auto server = start();
    ASSERT_TRUE(server.hears("listens on port"));
    auto environment = facts_of(server, "environ");
    EXPECT_NE(environment.find("STEPWELL_ADMIN_PASSWORD="), std::string::npos) << "twin: it was there";
    EXPECT_EQ(environment.find("CANARY"), std::string::npos);
    EXPECT_EQ(facts_of(server, "cmdline").find("CANARY"), std::string::npos);
    auto limits = facts_of(server, "limits");
    auto core = limits.substr(limits.find("Max core file size")).substr(18, 40);
    EXPECT_EQ(core.find_first_not_of(' '), core.find('0')) << limits;
    EXPECT_EQ(owner_of("/proc/" + std::to_string(server.id()) + "/mem"), 0u) << "else its account could read it";
    EXPECT_NE(owner_of(data()), 0u) << "twin: it does not run as root";
    end(server);
}

bool has_ended(Program const& program) {
    siginfo_t facts{};
    return ::waitid(P_PID, id_t(program.id()), &facts, WEXITED | WNOHANG | WNOWAIT) == 0 && facts.si_pid != 0;
}

// Each start needs a launcher of its own. The start that gets the folder keeps its launcher, and no other start may end
// it.
TEST_F(AttackOnServer, a81_of_many_starts_one_serves_with_its_launcher) {
    std::string const ranges[] = {"61892-61895", "61896-61899"};
    for (int round = 0; round < 4; ++round) {
        std::vector<std::unique_ptr<Program>> starts;
        for (int i = 0; i < 6; ++i)
            starts.push_back(std::make_unique<Program>(
                std::vector<std::string>{"server", "--data", data(), "--listen", "127.0.0.1:0", "--run-uids",
                                         ranges[i % 2]},
                Program::Setting{{{"STEPWELL_ADMIN_PASSWORD", "CANARY-PASSWORD"}}, "", false}));
        auto const limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        auto running = [&] { return std::ranges::count_if(starts, [](auto const& one) { return !has_ended(*one); }); };
        while (running() > 1 && std::chrono::steady_clock::now() < limit)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        ASSERT_EQ(running(), 1) << round;
        auto const at = std::ranges::find_if(starts, [](auto const& one) { return !has_ended(*one); });
        auto& server = **at;
        ASSERT_TRUE(server.hears("listens on port"));
        auto const& said = server.said();
        net::Client client("http://127.0.0.1:" + std::to_string(std::stoi(said.substr(said.find("on port ") + 8))));
        auto const ready = client.send("GET", "/readyz", {}, {});
        EXPECT_EQ(ready.status, 200) << ready.body;
        auto const build = run::LauncherClient(data() + "/launcher.sock").build().value_or("");
        EXPECT_TRUE(build.ends_with(ranges[(at - starts.begin()) % 2])) << build;
        for (auto const& one : starts) {
            if (one.get() == &server) continue;
            auto const& refused = one->end();
            EXPECT_EQ(refused.code, 1);
            EXPECT_NE(refused.err.find("Another server or check is running"), std::string::npos) << refused.err;
        }
        if (round % 2 == 0)
            end(server);
        else
            ::kill(server.id(), SIGKILL); // the next starts find its launcher
    }
}

TEST_F(AttackOnServer, a81_a_start_that_cannot_give_up_root_leaves_no_launcher) {
    ASSERT_EQ(::prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP), 0); // keeps the privilege to become root again
    auto refused = start();
    ASSERT_EQ(::prctl(PR_SET_SECUREBITS, 0), 0);
    EXPECT_EQ(refused.end().code, 1);
    EXPECT_NE(refused.end().err.find("root privileges could not be dropped"), std::string::npos) << refused.end().err;
    EXPECT_TRUE(std::filesystem::exists(data() + "/launcher.log")) << "twin: one was started";
    EXPECT_EQ(run::LauncherClient(data() + "/launcher.sock").build(), std::nullopt);
}

// A hanging launcher delays a start by seconds.
TEST_F(AttackOnServer, a_start_that_waits_ends_when_it_is_asked_to) {
    auto first = start();
    ASSERT_TRUE(first.hears("listens on port"));
    auto const launcher = run::LauncherClient(data() + "/launcher.sock").process();
    ASSERT_GT(launcher, 0);
    ::kill(first.id(), SIGTERM);
    ::kill(launcher, SIGSTOP);
    EXPECT_EQ(first.end().code, 0);
    for (int signal : {SIGTERM, SIGINT}) {
        auto waiting = start();
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        ASSERT_FALSE(has_ended(waiting)) << "twin: it waits";
        auto const begin = std::chrono::steady_clock::now();
        ::kill(waiting.id(), signal);
        while (!has_ended(waiting) && std::chrono::steady_clock::now() - begin < std::chrono::seconds(20))
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1)) << signal;
    }
    ::kill(launcher, SIGCONT);
}

// Runs in a process of another account.
bool reaches(uid_t uid, std::string const& path) {
    pid_t const child = ::fork();
    if (child == 0) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        if (uid != 0 && ::setuid(uid) != 0) ::_exit(2);
        bool there = false;
        for (int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
            base::Fd const socket(::socket(AF_UNIX, type, 0));
            there = there || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        }
        ::_exit(there ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(AttackOnServer, a58_its_sockets_are_closed_to_other_accounts) {
    auto server = start();
    ASSERT_TRUE(server.hears("listens on port"));
    for (int mode : {0700, 0711}) { // an administrator may have opened the folder
        ::chmod(data().c_str(), mode_t(mode));
        for (std::string name : {"control.sock", "launcher.sock"}) {
            EXPECT_FALSE(reaches(61899, data() + "/" + name)) << name;
            EXPECT_FALSE(reaches(65534, data() + "/" + name)) << name;
            EXPECT_TRUE(reaches(owner_of(data()), data() + "/" + name)) << "twin: " << name;
        }
    }
    end(server);
}

TEST_F(AttackOnServer, a30_hands_over_no_file_of_others) {
    auto server = start();
    ASSERT_TRUE(server.hears("listens on port"));
    end(server);
    auto others = folder_ + "/of-root";
    std::ofstream(others) << "root's";
    std::filesystem::create_symlink(others, data() + "/link");
    auto with_link = start();
    EXPECT_TRUE(with_link.hears("listens on port")) << "a link that leads elsewhere is left alone";
    end(with_link);
    EXPECT_EQ(owner_of(others), 0u);
    std::filesystem::create_hard_link(others, data() + "/name");
    auto refused = start();
    EXPECT_NE(refused.end().err.find("more than one hard link"), std::string::npos);
    EXPECT_EQ(owner_of(others), 0u);
    std::filesystem::remove(data() + "/name");
    ASSERT_EQ(::chown((data() + "/key").c_str(), 0, 0), 0);
    auto again = start();
    EXPECT_TRUE(again.hears("listens on port"));
    EXPECT_NE(owner_of(data() + "/key"), 0u) << "twin: what root puts back is the server's";
    end(again);
}

// Root names the wrong folder. Its content must not be closed or change its owner.
TEST_F(AttackOnServer, a78_takes_over_no_folder_with_anything_else_in_it) {
    namespace fs = std::filesystem;
    auto state_of = [](std::string const& folder) {
        std::map<std::string, std::string> state;
        auto note = [&](fs::path const& path) {
            struct stat facts{};
            ASSERT_EQ(::lstat(path.c_str(), &facts), 0);
            state[path] = std::to_string(facts.st_mode) + " " + std::to_string(facts.st_uid);
        };
        note(folder);
        for (auto const& entry : fs::recursive_directory_iterator(folder)) note(entry.path());
        return state;
    };
    for (auto name : {"etc", "notes", ".hidden", "keys"}) {
        fs::create_directories(data());
        if (std::string_view(name) == "etc")
            fs::create_directories(data() + "/etc/deep");
        else
            std::ofstream(data() + "/" + name) << "something";
        std::ofstream(data() + "/key") << std::string(64, 'a');
        ::chmod(data().c_str(), 01777);
        auto const before = state_of(data());
        auto refused = start();
        auto const& ended = refused.end();
        EXPECT_EQ(ended.code, 1);
        auto const words = "'" + data() + "' contains '" + name + "' but no installation of Stepwell.";
        EXPECT_NE(ended.err.find(words), std::string::npos) << ended.err;
        EXPECT_EQ(state_of(data()), before);
        fs::remove_all(data());
    }
    fs::create_directories(data() + "/lost+found");
    auto server = start();
    ASSERT_TRUE(server.hears("listens on port")) << "twin: a file system of its own";
    EXPECT_EQ(owner_of(data() + "/lost+found"), 0u);
    end(server);
    std::ofstream(data() + "/notes") << "of root";
    auto again = start();
    ASSERT_TRUE(again.hears("listens on port")) << "twin: beside an installation";
    EXPECT_EQ(owner_of(data() + "/notes"), 0u) << "what is not the server's stays whose it is";
    end(again);
}

TEST_F(AttackOnServer, a78_takes_over_no_folder_of_others) {
    std::filesystem::create_directory(data());
    std::ofstream(data() + "/notes") << "of another account";
    for (auto const& path : {data() + "/notes", data()}) ASSERT_EQ(::chown(path.c_str(), 61899, 61899), 0);
    auto refused = start();
    auto const& ended = refused.end();
    EXPECT_EQ(ended.code, 1);
    auto const words = "'" + data() + "' belongs to account 61899. Choose another folder.";
    EXPECT_NE(ended.err.find(words), std::string::npos) << ended.err;
    EXPECT_EQ(owner_of(data()), 61899u);
    EXPECT_EQ(owner_of(data() + "/notes"), 61899u);
    EXPECT_FALSE(std::filesystem::exists(data() + "/lock"));
    std::filesystem::remove_all(data());
    auto server = start();
    ASSERT_TRUE(server.hears("listens on port")) << "twin: one that is missing";
    auto const account = owner_of(data());
    EXPECT_NE(account, 0u);
    end(server);
    auto again = start();
    ASSERT_TRUE(again.hears("listens on port")) << "twin: its own, started as root again";
    end(again);
    for (uid_t owner : {0u, 60989u}) { // from before the account `stepwell` was created
        for (auto const& path : {data(), data() + "/key", data() + "/stepwell.db"})
            ASSERT_EQ(::chown(path.c_str(), owner, owner), 0);
        auto handed = start();
        ASSERT_TRUE(handed.hears("listens on port")) << "twin: " << owner;
        EXPECT_EQ(owner_of(data()), account);
        EXPECT_EQ(owner_of(data() + "/key"), account);
        end(handed);
    }
}

TEST_F(AttackOnServer, serves_a_folder_that_a_link_leads_to) {
    auto const target = folder_ + "/elsewhere";
    std::filesystem::create_directory(target);
    std::filesystem::create_directory_symlink(target, data());
    for (auto round : {"first", "again"}) {
        auto server = start();
        ASSERT_TRUE(server.hears("listens on port")) << round;
        EXPECT_NE(owner_of(target), 0u);
        EXPECT_EQ(owner_of(target + "/key"), owner_of(target));
        EXPECT_EQ(owner_of(data()), 0u) << "the link itself is left alone";
        end(server);
    }
    ASSERT_EQ(::lchown(data().c_str(), 61899, 61899), 0);
    auto refused = start();
    EXPECT_NE(refused.end().err.find("is a symbolic link that belongs to account 61899"), std::string::npos)
        << refused.end().err;
}

// The launcher has another working directory and may have no access to this one.
TEST_F(AttackOnServer, serves_a_folder_that_is_named_from_here) {
    auto const here = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
    Program server({"server", "--data", "data", "--listen", "127.0.0.1:0", "--run-uids", "61896-61899"},
                   {{{"STEPWELL_ADMIN_PASSWORD", "CANARY-PASSWORD"}}, "", false});
    std::filesystem::current_path(here);
    ASSERT_TRUE(server.hears("listens on port"));
    EXPECT_TRUE(std::filesystem::exists(data() + "/launcher.sock"));
    end(server);
}

std::string open_files_of(std::string const& limits) {
    std::istringstream words(limits.substr(limits.find("Max open files") + 14));
    std::string soft;
    words >> soft;
    return soft;
}

TEST_F(AttackOnServer, a71_connections_leave_descriptors_for_runs) {
    Program server({"server", "--data", data(), "--listen", "127.0.0.1:0", "--run-uids", "61896-61899"},
                   {{{"STEPWELL_ADMIN_PASSWORD", "CANARY-PASSWORD"}}, "", false, 1024});
    ASSERT_TRUE(server.hears("listens on port"));
    EXPECT_EQ(open_files_of(facts_of(server, "limits")), "1024") << "the soft limit was raised";
    auto const& said = server.said();
    auto const port = std::uint16_t(std::stoi(said.substr(said.find("on port ") + 8)));
    std::vector<base::Fd> crowd;
    for (int i = 0; i < 700; ++i) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        crowd.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        ASSERT_EQ(::connect(crowd.back().get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        if (i % 100 != 99) continue;
        net::Client client("http://127.0.0.1:" + std::to_string(port));
        EXPECT_EQ(client.send("GET", "/readyz", {}, {}).status, 200);
    }
    std::filesystem::directory_iterator const descriptors("/proc/" + std::to_string(server.id()) + "/fd");
    auto const open = std::distance(std::filesystem::begin(descriptors), std::filesystem::end(descriptors));
    EXPECT_LT(open, 400);
    end(server);
}

TEST(DescriptorBudget, never_gives_out_more_than_there_is) {
    for (std::size_t limit : {262u, 300u, 512u, 1024u, 4096u, 20'000u, 1u << 20})
        for (std::size_t slots : {1u, 64u, 1000u})
            for (std::size_t most : {64u, 16'384u, 1'000'000u}) {
                apps::DescriptorBudget const budget(limit, slots, {most, 1024});
                auto const& limits = budget.limits;
                EXPECT_GE(budget.slots, 1u);
                EXPECT_LE(budget.slots, slots);
                EXPECT_LE(limits.connections, std::max<std::size_t>(64, most));
                EXPECT_LE(limits.connections + limits.refused_connections + 6 * budget.slots + 128, limit);
                EXPECT_LT(limits.anonymous_connections, limits.connections);
                EXPECT_LT(limits.anonymous_connections_of_network, limits.anonymous_connections);
                EXPECT_LT(limits.descriptors, limit);
            }
    EXPECT_THROW(apps::DescriptorBudget(100, 64, {}), base::Error);
    EXPECT_EQ(apps::DescriptorBudget(1024, 64, {}).slots, 64u);
    EXPECT_GE(apps::DescriptorBudget(20'000, 64, {}).limits.connections, 16'000u);
}

} // namespace
} // namespace stepwell::cli
