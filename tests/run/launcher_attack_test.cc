// Scripts and accidents that would block a launcher for other scripts, or leave data for them.
#include "run/launcher_accounts.h"
#include "run/launcher_claim.h"
#include "run/launcher_support.h"
#include "run/own_folder.h"
#include "run/shim_folder.h"

#include <atomic>
#include <iterator>
#include <sched.h>
#include <set>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/vfs.h>

namespace stepwell::run {
namespace {

using LauncherAttackTest = LauncherTest;
INSTANTIATE_TEST_SUITE_P(With, LauncherAttackTest, ::testing::Bool(),
                         [](auto const& info) { return info.param ? "namespaces" : "owners"; });

// Returns the cleaning children of `parent`, which has one thread. Takes little time, however many other processes
// there are.
std::vector<pid_t> cleaners_of(pid_t parent) {
    std::vector<pid_t> found;
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", parent));
    for (pid_t pid = 0; children >> pid;) {
        std::ifstream file(fmt::format("/proc/{}/comm", pid)); // the process may have ended
        std::string name;
        if (std::getline(file, name) && name == "stepwell-clean") found.push_back(pid);
    }
    return found;
}

// Returns one of them; 0 if there is none.
pid_t cleaner_of(pid_t parent) {
    auto all = cleaners_of(parent);
    return all.empty() ? 0 : all.front();
}

// Runs in a process that ends with the test.
void run_as(uid_t uid, std::function<void()> act) {
    pid_t pid = ::fork();
    if (pid != 0) return;
    ::setsid();
    rlimit few{100, 100};
    bool good = ::setrlimit(RLIMIT_NPROC, &few) == 0 && ::syscall(SYS_setresgid, uid, uid, uid) == 0 &&
                ::syscall(SYS_setresuid, uid, uid, uid) == 0;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (good) act();
    ::_exit(0);
}

TEST_P(LauncherAttackTest, a69_cleans_slots_whose_processes_stop_all_they_may_signal) {
    std::vector<Order> storms;
    for (int i = 0; i < 4; ++i)
        storms.push_back(order_of("python3 -c '\nimport os, signal\nif os.fork(): os._exit(0)\nos.setsid()\n"
                                  "print(\"storm\", flush=True)\nwhile True: os.kill(-1, signal.SIGSTOP)' & wait; "
                                  "sleep 1000"));
    alongside([&] {
        eventually([&] { return std::filesystem::exists(data() + "/ready"); });
        for (auto const& storm : storms) signal_shim(data() + "/tickets", storm.ticket, SIGKILL);
    });
    auto report = as_server([&](RunningWorker& server) {
        for (auto const& storm : storms) server.worker.start(storm);
        for (auto const& storm : storms)
            if (!eventually([&] { return server.log_of(storm.ticket).out == "storm\n"; }))
                return std::string("no storm");
        std::ofstream(data() + "/ready") << "yes";
        std::string endings;
        for (auto const& storm : storms) endings += fmt::format("{} ", int(server.result_of(storm.ticket).ending));
        std::vector<Order> others;
        for (int i = 0; i < 4; ++i) others.push_back(order_of("sleep 0.2"));
        for (auto const& other : others) server.worker.start(other);
        for (auto const& other : others) endings += fmt::format("{} ", int(server.result_of(other.ticket).ending));
        return endings;
    });
    EXPECT_EQ(report, "5 5 5 5 0 0 0 0 ");
}

TEST_P(LauncherAttackTest, a69_ends_an_account_and_no_other_while_it_forks_and_stops) {
    auto const storm = first_slot, other = first_slot + 1;
    run_as(storm, [] {
        for (;;) {
            if (::fork() == 0 && ::fork() == 0) ::kill(-1, SIGSTOP);
            while (::waitpid(-1, nullptr, WNOHANG) > 0) {
            }
        }
    });
    run_as(other, [] { ::pause(); });
    ASSERT_TRUE(eventually([&] { return somebody_is(storm) && somebody_is(other); }));
    pid_t cleaner = ::fork();
    if (cleaner == 0) {
        end_accounts({&storm, 1}, 60987);
        ::_exit(::getuid() == 0 && ::geteuid() == 0 && ::kill(1, 0) == 0 ? 0 : 1); // root again
    }
    int status = 1;
    EXPECT_TRUE(eventually([&] { return ::waitpid(cleaner, &status, WNOHANG) == cleaner; }, 60s));
    EXPECT_EQ(status, 0);
    EXPECT_FALSE(somebody_is(storm));
    EXPECT_TRUE(somebody_is(other));
    EXPECT_TRUE(LauncherClient(data() + "/launcher.sock").build());
    run_as(other, [] { ::kill(-1, SIGKILL); });
}

// Restricts a process to one processor and to the lowest priority.
bool slow_down(pid_t pid) {
    sched_param const none{};
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    bool changed = ::setpriority(PRIO_PROCESS, id_t(pid), 19) == 0;
    changed = ::sched_setscheduler(pid, SCHED_IDLE, &none) == 0 || changed;
    return ::sched_setaffinity(pid, sizeof first, &first) == 0 || changed;
}

TEST_P(LauncherAttackTest, a69_lets_no_account_slow_down_what_ends_it) {
    uid_t const storm = 60986; // not a slot: a starting launcher would end it
    auto* shared = static_cast<std::atomic<int>*>(
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    auto &ready = shared[0], &hits = shared[1], &own = shared[2];
    pid_t const victim = ::fork();
    if (victim == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ready =
            ::syscall(SYS_setresuid, 60987, storm, 60987) == 0 ? 1 : -1; // like any process that signals the account
        ::pause();
        ::_exit(0);
    }
    ASSERT_TRUE(eventually([&] { return ready == 1; }));
    constexpr int attackers = 8;
    auto const priority = ::getpriority(PRIO_PROCESS, 0);
    for (int round = 0; round < 5; ++round) {
        ready = 0;
        pid_t cleaner = ::fork();
        if (cleaner == 0) {
            if (!eventually([&] { return ready == attackers; })) ::_exit(2);
            end_accounts({&storm, 1}, 60987);
            ::_exit(::getpriority(PRIO_PROCESS, 0) == priority && ::sched_getscheduler(0) == SCHED_OTHER ? 0 : 1);
        }
        for (int i = 0; i < attackers; ++i)
            run_as(storm, [&, i] {
                if (slow_down(victim)) ++own;
                ++ready;
                for (pid_t pid = cleaner;; pid = i < 2 ? cleaner + attackers + (pid + 1) % 60 : cleaner)
                    if (slow_down(pid) && pid == cleaner) ++hits;
            });
        int status = -1;
        EXPECT_TRUE(eventually([&] { return ::waitpid(cleaner, &status, WNOHANG) == cleaner; }, 60s));
        EXPECT_EQ(status, 0) << round;
        EXPECT_FALSE(somebody_is(storm));
    }
    ::waitpid(victim, nullptr, 0);
    EXPECT_EQ(hits, 0);
    EXPECT_GT(own, 0) << "twin: it may slow down what has its effective id";
    ::munmap(shared, 4096);
}

TEST_P(LauncherAttackTest, a69_starts_others_while_it_cleans_a_slot) {
    auto order = order_of("python3 -c '\nfor i in range(50000): open(str(i), \"w\").close()'; echo laid");
    auto mark = fmt::format("{}/slots/{}", launchers_folder(), first_slot);
    ASSERT_TRUE(eventually([&] { return !cleaner_of(launcher_) && !content_of(mark).empty(); }, 30s)) << "as it begins";
    alongside([&] {
        pid_t cleaner = 0;
        if (!eventually([&] { return (cleaner = cleaner_of(launcher_)) != 0; }, 30s)) return;
        ::kill(cleaner, SIGSTOP); // as long as a cleaner may take
        std::ofstream(data() + "/stopped") << "yes";
        eventually([&] { return std::filesystem::exists(data() + "/goes_on"); }, 60s);
        ::kill(cleaner, SIGCONT);
    });
    auto report = as_server([&](RunningWorker& server) {
        server.run(order);
        server.worker.complete(order.ticket);
        if (!eventually([&] { return std::filesystem::exists(data() + "/stopped"); }, 30s))
            return std::string("no cleaner");
        LauncherClient client(data() + "/launcher.sock");
        std::string endings = client.probe(1s) + client.build().value_or("silent");
        for (int i = 0; i < 3; ++i) endings += fmt::format(" {}", int(server.run(order_of("exit 0")).ending));
        std::ofstream(data() + "/goes_on") << "yes";
        return endings;
    });
    EXPECT_EQ(report, "test 0 0 0");
    EXPECT_TRUE(eventually([&] { return !has_folder(order.ticket); }, 30s));
}

std::vector<pid_t> children_of(pid_t parent) {
    std::ifstream file(fmt::format("/proc/{0}/task/{0}/children", parent));
    return {std::istream_iterator<pid_t>(file), {}};
}

bool has_ended(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    return std::string(std::istreambuf_iterator<char>(file), {}).find(") Z ") != std::string::npos;
}

// The account never becomes empty for a while, and root slows down the cleaner. In favorable moments, the account
// itself can do this too.
TEST_P(LauncherAttackTest, a69_reaps_what_it_gives_up) {
    using Clock = std::chrono::steady_clock;
    uid_t const account = 60986;
    run_as(account, [] { ::pause(); });
    ASSERT_TRUE(eventually([&] { return somebody_is(account); }));
    auto const until = Clock::now() + 2s;
    pid_t const cleaner = ::fork();
    if (cleaner == 0) {
        end_accounts({&account, 1}, 60987);
        ::_exit(0);
    }
    alongside([&] {
        while (Clock::now() < until)
            for (auto child : children_of(cleaner)) slow_down(child);
    });
    std::ptrdiff_t most = 0;
    for (auto seen = Clock::now(); Clock::now() < until;) {
        run_as(account, [] { ::pause(); });
        std::this_thread::sleep_for(2ms);
        if (Clock::now() - seen < 50ms) continue;
        seen = Clock::now();
        most = std::max(most, std::ranges::count_if(children_of(cleaner), has_ended));
        for (auto child : children_of(::getpid()))
            if (child != cleaner && has_ended(child)) ::waitpid(child, nullptr, 0);
    }
    int status = -1;
    EXPECT_TRUE(eventually([&] { return ::waitpid(cleaner, &status, WNOHANG) == cleaner; }, 60s));
    EXPECT_EQ(status, 0);
    EXPECT_LE(most, 3);
}

// A mount in a place where a script may write: nothing can remove it.
TEST_P(LauncherAttackTest, tries_ever_more_seldom_to_clean_a_slot_that_stays_unclean) {
    auto const above = "/tmp/stepwell-private-" + runtime().substr(runtime().rfind('/') + 1 + std::strlen("stepwell-"));
    std::vector<std::string> mounts;
    for (uid_t slot = first_slot; slot < first_slot + 4; ++slot) {
        mounts.push_back(fmt::format("{}/{}/mounted", above, slot));
        std::filesystem::create_directories(mounts.back());
        ASSERT_EQ(::mount("tmpfs", mounts.back().c_str(), "tmpfs", 0, nullptr), 0) << mounts.back();
        std::ofstream(fmt::format("{}/slots/{}", launchers_folder(), slot)); // unclean
    }
    alongside([&] {
        std::set<pid_t> seen;
        auto look = [&](std::chrono::milliseconds time) {
            seen.clear();
            for (auto end = std::chrono::steady_clock::now() + time; std::chrono::steady_clock::now() < end;)
                for (auto pid : cleaners_of(launcher_)) seen.insert(pid);
        };
        eventually([&] { return std::filesystem::exists(data() + "/begun"); }, 30s);
        look(500ms); // tries all four at the same time
        look(3s);
        for (auto const& mounted : mounts) ::umount(mounted.c_str());
        std::ofstream(data() + "/counted.new") << (seen.size() < 60 ? "few" : std::to_string(seen.size()));
        std::filesystem::rename(data() + "/counted.new", data() + "/counted");
    });
    auto report = as_server([&](RunningWorker& server) {
        auto order = order_of("echo at last");
        server.worker.start(order);
        std::ofstream(data() + "/begun") << "yes";
        auto ending = int(server.result_of(order.ticket).ending);
        return fmt::format("{} {} {}", content_of(data() + "/counted"), ending, server.log_of(order.ticket).out);
    });
    EXPECT_EQ(report, "few 0 at last\n");
}

// Open resources of a process that are not files.
std::string other_descriptors_of(pid_t pid) {
    std::string found;
    std::error_code error;
    for (auto const& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid), error)) {
        auto target = std::filesystem::read_symlink(entry.path(), error).string();
        if (entry.path().filename().string().size() == 1 && entry.path().filename() < "3") continue;
        if (!target.starts_with("/") || target.starts_with("/memfd:")) found += " " + target;
    }
    return found;
}

TEST_P(LauncherAttackTest, keeps_what_a_start_was_given_from_cleaners) {
    auto mark = fmt::format("{}/slots/{}", launchers_folder(), first_slot);
    ASSERT_TRUE(eventually([&] { return !cleaner_of(launcher_) && !content_of(mark).empty(); }, 30s));
    // The first slot is unclean, and cleaning takes long. The start that finds it gets the second slot.
    auto runtime_name = std::filesystem::path(runtime()).filename().string();
    auto private_name = "stepwell-private" + runtime_name.substr(std::string("stepwell").size());
    auto left = GetParam() ? fmt::format("/tmp/{}/{}", private_name, first_slot) : "/tmp/" + new_ticket();
    std::filesystem::create_directories(left);
    ASSERT_EQ(::chown(left.c_str(), GetParam() ? 0 : first_slot, 0), 0);
    for (int i = 0; i < 50000; ++i) std::ofstream(fmt::format("{}/{}", left, i));
    std::filesystem::resize_file(mark, 0);
    alongside([&] {
        pid_t cleaner = 0;
        if (!eventually([&] { return (cleaner = cleaner_of(launcher_)) != 0; }, 30s)) return;
        // It closes descriptors after it has set its name, and is stopped as soon as it has closed them all.
        std::string held;
        eventually([&] {
            ::kill(cleaner, SIGSTOP);
            held = cleaner_of(launcher_) == cleaner ? other_descriptors_of(cleaner) : " no cleaner";
            if (!held.empty()) ::kill(cleaner, SIGCONT);
            return held.empty();
        });
        ::kill(cleaner, SIGSTOP);
        std::ofstream(data() + "/held.new") << "held:" << held;
        std::filesystem::rename(data() + "/held.new", data() + "/held");
        eventually([&] { return std::filesystem::exists(data() + "/goes_on"); }, 60s);
        ::kill(cleaner, SIGCONT);
    });
    auto report = as_server([&](RunningWorker& server) {
        std::string endings;
        for (int i = 0; i < 3; ++i) endings += fmt::format("{} ", int(server.run(order_of("exit 0")).ending));
        eventually([&] { return std::filesystem::exists(data() + "/held"); });
        auto held = content_of(data() + "/held");
        std::ofstream(data() + "/goes_on") << "yes";
        return endings + held;
    });
    EXPECT_EQ(report, "0 0 0 held:");
    EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(left + "/0"); }, 30s));
    EXPECT_TRUE(eventually([&] { return cleaner_of(launcher_) == 0; }, 30s));
    std::filesystem::remove_all(left);
}

// Run in the script: creates a resource of every kind, or prints those that it finds.
std::string traces(bool leave, bool with_queues) {
    return fmt::format(R"(id -u
python3 - <<'END'
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
leave, queues = {}, {}
flag = 0o1600 if leave else 0
for name, number in (("memory", libc.shmget(0x57e9, 4096, flag)), ("messages", libc.msgget(0x57e9, flag)), ("semaphores", libc.semget(0x57e9, 1, flag))):
    if number >= 0: print("has", name)
if queues and libc.mq_open(b"/left", 0o102 if leave else 0, 0o600, None) >= 0: print("has queue")
for ring in (-3, -4, -5):
    if leave: libc.syscall(248, b"user", b"left%d" % ring, b"secret", 6, ring)
    if libc.syscall(250, 10, ring, b"user", b"left%d" % ring, 0) >= 0: print("has key", ring)
for folder in ("/tmp", "/var/tmp", "/dev/shm"):
    if leave:
        os.makedirs(folder + "/left/by", exist_ok=True)
        open(folder + "/left/by/script", "w").write("secret")
    if os.path.exists(folder + "/left"): print("has", folder)
END)",
                       leave ? "True" : "False", with_queues ? "True" : "False");
}

TEST_P(LauncherAttackTest, a75_leaves_nothing_to_the_next_script_of_a_slot) {
    struct statfs facts{};
    bool with_queues = GetParam() || (::statfs("/dev/mqueue", &facts) == 0 && facts.f_type == 0x19800202);
    auto leaving = run_as_server(order_of(traces(true, with_queues)));
    for (auto what : {"memory", "messages", "semaphores", "/tmp", "/var/tmp", "/dev/shm"})
        EXPECT_NE(leaving.find(fmt::format("has {}\n", what)), std::string::npos) << what << leaving;
    auto expected = fmt::format("0 0 \n{}\n", first_slot);
    std::string found;
    eventually([&] { // as soon as the first slot is free again
        found = run_as_server(order_of(traces(false, with_queues)));
        return found.starts_with(expected);
    });
    EXPECT_EQ(found, expected);
    if (GetParam()) EXPECT_FALSE(std::filesystem::exists("/tmp/left")) << "the machine's own";
}

TEST_P(LauncherAttackTest, a75_shares_with_named_accounts_and_keeps_what_others_put_there) {
    auto shared = "/tmp/" + new_ticket();
    std::ofstream(shared) << "of others";
    auto named = order_of("cat " + shared);
    named.account = "daemon";
    EXPECT_EQ(run_as_server(named), "0 0 \nof others");
    EXPECT_EQ(run_as_server(order_of("cat " + shared + " 2>/dev/null")), GetParam() ? "0 1 \n" : "0 0 \nof others");
    EXPECT_EQ(content_of(shared), "of others");
    ::unlink(shared.c_str());
}

TEST_P(LauncherAttackTest, a81_is_the_only_one_of_its_folder) {
    std::vector<pid_t> more;
    LauncherClient(data() + "/launcher.sock").quit();
    for (int i = 0; i < 4; ++i) more.push_back(spawn_launcher(launcher_options()));
    ASSERT_TRUE(eventually([&] { return LauncherClient(data() + "/launcher.sock").build() == "test"; }));
    std::size_t ended = 0;
    EXPECT_TRUE(eventually([&] {
        std::erase_if(more, [&](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) == pid && ++ended; });
        return more.size() == 1;
    }, 20s)) << ended;
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(::kill(more[0], 0), 0);
    EXPECT_EQ(run_as_server(order_of("echo hello")), "0 0 \nhello\n");
    ::waitpid(std::exchange(launcher_, more[0]), nullptr, 0);
}

TEST_P(LauncherAttackTest, a81_replaces_one_that_hangs) {
    LauncherClient client(data() + "/launcher.sock");
    EXPECT_EQ(client.probe(1s), "");
    ::kill(launcher_, SIGSTOP);
    EXPECT_NE(client.probe(100ms).find("no launcher answers"), std::string::npos);
    auto next = spawn_launcher(launcher_options());
    EXPECT_TRUE(eventually([&] { return client.build() == "test"; }, 30s));
    int status = 0;
    ::waitpid(std::exchange(launcher_, next), &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(run_as_server(order_of("echo hello")), "0 0 \nhello\n");
}

TEST_P(LauncherAttackTest, a81_hangs_and_the_server_ends_all_the_same) {
    ::kill(launcher_, SIGSTOP);
    auto begin = std::chrono::steady_clock::now();
    as_server([&](RunningWorker& server) {
        for (int i = 0; i < 8; ++i) server.worker.start(order_of("exit 0"));
        std::this_thread::sleep_for(100ms);
        return "";
    });
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 9s) << "it waits once, not for each of them";
    ::kill(launcher_, SIGCONT);
    EXPECT_EQ(run_as_server(order_of("echo hello")), "0 0 \nhello\n");
}

TEST_P(LauncherAttackTest, a81_ends_when_its_folder_is_deleted) {
    auto order = order_of("(setsid sleep 1000 &); sleep 1000");
    auto runtime_path = runtime();
    as_server([&](RunningWorker& server) {
        server.worker.start(order);
        server.memory.wait_for_start(order.ticket);
        return "";
    });
    ASSERT_TRUE(somebody_is(first_slot));
    std::filesystem::remove_all(data());
    EXPECT_TRUE(eventually([&] { return ::waitpid(launcher_, nullptr, WNOHANG) == launcher_; }));
    launcher_ = 0;
    EXPECT_FALSE(somebody_is(first_slot));
    EXPECT_FALSE(std::filesystem::exists(runtime_path));
}

TEST_P(LauncherAttackTest, ends_a_lost_tree_that_has_its_folder_locked) {
    auto order = order_of("exec 9<.; flock -s 9; (setsid sleep 1000 9<&9 >/dev/null 2>&1 &); echo locked; sleep 1000");
    as_server([&](RunningWorker& server) {
        server.worker.start(order);
        eventually([&] { return server.log_of(order.ticket).out == "locked\n"; });
        return "";
    });
    ASSERT_TRUE(somebody_is(first_slot));
    ASSERT_TRUE(signal_shim(data() + "/tickets", order.ticket, SIGKILL)); // the server does not return
    EXPECT_TRUE(eventually([] { return !somebody_is(first_slot); }));
    EXPECT_TRUE(eventually([&] { return !has_folder(order.ticket); }));
}

TEST_P(LauncherAttackTest, lets_the_server_get_another_account_while_a_script_runs) {
    constexpr uid_t other = server_id + 1;
    auto order = order_of("echo begun; while [ ! -e goes_on ]; do sleep 0.05; done; echo done");
    as_server([&](RunningWorker& server) {
        server.worker.start(order);
        eventually([&] { return server.log_of(order.ticket).out == "begun\n"; });
        return "";
    });
    for (auto const& path : {data(), data() + "/tickets"}) ASSERT_EQ(::chown(path.c_str(), other, other), 0);
    auto ticket = data() + "/tickets/" + order.ticket;
    for (auto const& entry : std::filesystem::directory_iterator(ticket))
        ::chown(entry.path().c_str(), uid_t(-1), other);
    ASSERT_EQ(::chown(ticket.c_str(), uid_t(-1), other), 0);
    ::chmod(ticket.c_str(), 02770);
    ::chown((data() + "/launcher.sock").c_str(), other, other);
    auto report = as_server(
        [&](RunningWorker& server) {
            server.worker.adopt(order.ticket, {});
            if (!server.memory.wait_for_start(order.ticket)) return std::string("not reached");
            server.worker.cancel(order.ticket);
            return fmt::format("{} {}", int(server.result_of(order.ticket).ending), server.log_of(order.ticket).out);
        },
        other);
    EXPECT_EQ(report, fmt::format("{} begun\n", int(Ending::canceled)));
}

TEST(OwnFolder, takes_another_name_where_another_account_has_the_first) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    TemporaryFolder parent;
    ::mkdir((parent / "name").c_str(), 0777);
    ASSERT_EQ(::chown((parent / "name").c_str(), 61999, 61999), 0);
    auto made = own_folder(parent.path(), "name", 0711);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->path.rfind(parent / "name.", 0), 0u) << made->path;
    struct stat facts{};
    ASSERT_EQ(::fstat(made->folder.get(), &facts), 0);
    EXPECT_EQ(facts.st_uid, 0u);
    EXPECT_EQ(facts.st_mode & 07777, 0711u);
    EXPECT_EQ(own_folder(parent.path(), "name", 0711)->path, made->path) << "the next launcher finds it";
    ASSERT_EQ(::symlink("/etc", (parent / "link").c_str()), 0);
    EXPECT_EQ(own_folder(parent.path(), "link", 0700)->path.rfind(parent / "link.", 0), 0u);
    struct stat etc{};
    ASSERT_EQ(::stat("/etc", &etc), 0);
    EXPECT_NE(etc.st_mode & 07777, 0700u);
}

TEST(RemoveFolder, takes_away_any_depth_whatever_the_names_and_modes) {
    TemporaryFolder parent;
    auto top = parent / "top";
    std::filesystem::create_directories(top + "/shut");
    std::ofstream(top + "/shut/file") << "x";
    for (int i = 0; i < 100; ++i) std::filesystem::create_directories(fmt::format("{}/lifted-{}/kept/kept", top, i));
    std::ofstream(top + "/lifted-100") << "a file of that name";
    base::Fd at(::open(top.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (int i = 0; i < 1200 && at; ++i) { // more levels than descriptors or a path could have
        ::mkdirat(at.get(), "d", 0700);
        at.reset(::openat(at.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    ASSERT_TRUE(at);
    at.reset();
    for (auto name : {"/shut", ""}) ::chmod((top + name).c_str(), 0500);
    if (::geteuid() == 0) {
        ::chown(parent.path().c_str(), 61999, 61999); // so that modes have an effect
        auto chown_all = fmt::format("chown -R 61999 {}", parent.path());
        ASSERT_EQ(std::system(chown_all.c_str()), 0);
    }
    pid_t child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && ::setuid(61999) != 0) ::_exit(2);
        base::Fd folder(::open(parent.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        bool bounded = remove_some(folder.get(), "top", 10) == Removal::unfinished;
        bool gone = remove_folder(folder.get(), "top") && ::faccessat(folder.get(), "top", F_OK, 0) != 0;
        ::_exit(bounded && gone ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_FALSE(std::filesystem::exists(top));
}

// Created by a remaining daemon, or by any account that may write there.
TEST(RemoveFolder, ends_though_others_fill_the_folder_as_fast) {
    TemporaryFolder parent;
    auto top = parent / "top";
    std::filesystem::create_directories(top);
    ::chmod(top.c_str(), 0777);
    std::vector<pid_t> makers;
    for (int i = 0; i < 3; ++i) {
        pid_t maker = ::fork();
        if (maker == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (unsigned n = 0;; ++n) {
                auto made = ::open(fmt::format("{}/{}-{}", top, i, n % 1000).c_str(), O_CREAT | O_WRONLY, 0600);
                if (made >= 0) ::close(made);
            }
        }
        makers.push_back(maker);
    }
    base::Fd folder(::open(parent.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(top + "/0-999"); }));
    auto const begin = std::chrono::steady_clock::now();
    remove_folder(folder.get(), "top"); // whether it is finished or not
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 120s);
    for (auto maker : makers) {
        ::kill(maker, SIGKILL);
        ::waitpid(maker, nullptr, 0);
    }
    EXPECT_TRUE(remove_folder(folder.get(), "top")) << "twin: when they have ended, the rest goes";
    EXPECT_FALSE(std::filesystem::exists(top));
}

} // namespace
} // namespace stepwell::run
