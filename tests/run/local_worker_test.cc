#include "run/worker_support.h"

#include <sys/mount.h>
#include <sys/resource.h>

namespace stepwell::run {
namespace {

class LocalWorkerTest : public EachShim {};
STEPWELL_EACH_SHIM(LocalWorkerTest);

TEST_P(LocalWorkerTest, runs_a_script_and_tells_its_exit_code) {
    RunningWorker server(options());
    auto order = order_of("echo hello; echo oops >&2; exit 7");
    auto ticket = order.ticket;
    auto result = server.run(std::move(order));
    EXPECT_EQ(result.ending, Ending::exited) << result.reason;
    EXPECT_EQ(result.code, 7);
    EXPECT_TRUE(result.error_output);
    auto log = server.log_of(ticket);
    EXPECT_EQ(log.out, "hello\n");
    EXPECT_EQ(log.err, "oops\n");
    EXPECT_EQ(log.next, result.next_sequence);
    EXPECT_LE(result.started, result.ended);
    EXPECT_EQ(server.memory.seen().started[ticket], 1);
    EXPECT_EQ(server.memory.seen().ended_count[ticket], 1);
}

TEST_P(LocalWorkerTest, gives_python_its_values) {
    RunningWorker server(options());
    auto order = order_of("print(get_octopusvariable('Name') + '!')\nimport sys\nsys.exit(3)");
    order.script.syntax = Syntax::python;
    order.script.values = {{"Name", "value with \n newline"}, {"Another", "1"}};
    auto ticket = order.ticket;
    auto result = server.run(std::move(order));
    EXPECT_EQ(result.code, 3);
    EXPECT_EQ(server.log_of(ticket).out, "value with \n newline!\n") << server.log_of(ticket).err;
}

TEST_P(LocalWorkerTest, starts_a_script_in_clean_surroundings) {
    RunningWorker server(options());
    ::setenv("STEPWELL_TEST_LEAK", "leaked", 1);
    auto order =
        order_of("pwd; stat -c '%a %U' .; ls /proc/$$/fd | tr '\\n' ' '; echo; ulimit -c; readlink /proc/self/fd/0; "
                 "ps -o sid= -p $$ | tr -d ' '; echo $$; env; trap; umask; grep SigIgn /proc/self/status");
    auto ticket = order.ticket;
    EXPECT_EQ(server.run(std::move(order)).code, 0);
    ::unsetenv("STEPWELL_TEST_LEAK");
    auto log = server.log_of(ticket);
    auto has = [&](std::string const& text) { return log.out.find(text) != std::string::npos; };
    EXPECT_TRUE(has("/" + ticket + "\n700 root\n")) << log.out;
    EXPECT_FALSE(has("leaked"));
    EXPECT_TRUE(has("STEPWELL_TICKET=" + ticket));
    EXPECT_TRUE(has("HOME=")) << log.out;
    EXPECT_TRUE(has("\n0\n/dev/null\n")) << log.out;
    EXPECT_TRUE(has("SigIgn:\t0000000000000000")) << log.out;
    EXPECT_EQ(log.err, "");
    auto pid = shim_of(tickets(), ticket);
    EXPECT_TRUE(eventually([&] { return identify(pid).start_time == 0; }));
    EXPECT_FALSE(std::filesystem::exists("/dev/shm/stepwell-0/" + ticket)) << "the script's folder stays";
}

TEST_P(LocalWorkerTest, gives_scripts_the_limit_of_descriptors_that_it_is_told) {
    rlimit ours{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &ours), 0);
    for (std::size_t soft : {0u, 500u}) {
        auto settings = options();
        settings.descriptors = soft;
        RunningWorker server(settings);
        auto order = order_of("ulimit -Sn; ulimit -Hn");
        auto ticket = order.ticket;
        EXPECT_EQ(server.run(std::move(order)).code, 0);
        auto expected = soft == 0 ? ours.rlim_cur : soft;
        EXPECT_EQ(server.log_of(ticket).out, fmt::format("{}\n{}\n", expected, ours.rlim_max));
    }
}

TEST_P(LocalWorkerTest, says_never_started_when_the_program_is_missing) {
    auto settings = options();
    settings.shim = "/nonexistent";
    EXPECT_THROW(LocalWorker(settings, *std::make_unique<Memory>()), base::Error);
    RunningWorker server(options());
    auto order = order_of("echo never");
    order.box_public_key = "short";
    auto result = server.run(std::move(order));
    EXPECT_EQ(result.ending, Ending::never_started);
    EXPECT_NE(result.reason, "");
}

TEST_P(LocalWorkerTest, starts_one_ticket_once) {
    auto order = order_of("echo x >> " + (folder / "starts") + "; sleep 0.3");
    RunningWorker first(options()), second(options());
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i) callers.emplace_back([&, i] { (i % 2 ? first : second).worker.start(order); });
    callers.clear();
    EXPECT_EQ(first.result_of(order.ticket).ending, Ending::exited);
    EXPECT_EQ(second.result_of(order.ticket).ending, Ending::exited);
    first.worker.start(order); // the second call has no effect
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(content_of(folder / "starts"), "x\n");
    EXPECT_EQ(first.memory.seen().ended_count[order.ticket], 1);
}

TEST_P(LocalWorkerTest, keeps_every_byte_in_order) {
    RunningWorker server(options());
#ifdef STEPWELL_SANITIZED
    int lines = 50'000;
#else
    int lines = 1'000'000;
#endif
    auto order = order_of("seq -f '%099.0f' 1 " + std::to_string(lines));
    auto ticket = order.ticket;
    auto result = server.run(std::move(order));
    EXPECT_EQ(result.code, 0);
    auto log = server.log_of(ticket);
    ASSERT_EQ(log.out.size(), std::size_t(lines) * 100);
    for (int i = 1; i <= lines; ++i) {
        auto line = std::string_view(log.out).substr(std::size_t(i - 1) * 100, 100);
        ASSERT_EQ(line, fmt::format("{:099}\n", i));
    }
    EXPECT_EQ(log.next, result.next_sequence);
}

TEST_P(LocalWorkerTest, blocks_the_script_while_nobody_takes_its_output) {
    RunningWorker server(options());
    Limits limits;
    limits.spool_bytes = 1u << 20;
    auto order = order_of("head -c 20000000 /dev/zero | tr '\\0' 'x'; echo", limits);
    auto ticket = order.ticket;
    server.worker.start(std::move(order));
    ASSERT_TRUE(server.memory.wait_for_start(ticket));
    std::this_thread::sleep_for(500ms);
    EXPECT_FALSE(server.memory.wait_for_end(ticket, 10ms)) << "it should wait";
    auto size_or_zero = [](std::filesystem::directory_entry const& entry) {
        std::error_code gone; // was freed in the meantime
        auto bytes = entry.file_size(gone);
        return gone ? 0 : bytes;
    };
    auto size = [&] {
        std::uintmax_t sum = 0;
        for (auto const& entry : std::filesystem::directory_iterator(tickets() + "/" + ticket))
            if (entry.path().filename().string().starts_with("spool.")) sum += size_or_zero(entry);
        return sum;
    };
    EXPECT_LT(size(), 2u << 20);
    std::size_t bytes = 0;
    std::uint64_t next = 1;
    while (!server.memory.seen().ended.contains(ticket) || next < server.result_of(ticket).next_sequence) {
        auto log = server.log_of(ticket, next, true);
        next = log.next;
        bytes += log.out.size();
        EXPECT_LT(size(), 4u << 20);
    }
    EXPECT_EQ(bytes, 20'000'001u);
}

TEST_P(LocalWorkerTest, ends_a_flood_that_nobody_takes_at_its_time_limit_or_on_cancel) {
    RunningWorker server(options());
    Limits limits{500ms, 100ms, 256u << 10};
    auto const flood = "trap '' TERM; (trap '' TERM; setsid yes more) & while :; do yes out; done";
    auto result = server.run(order_of(flood, limits));
    EXPECT_EQ(result.ending, Ending::timed_out);
    EXPECT_LT(result.ended - result.started, 5s);
    limits.timeout = 0ms;
    auto order = order_of(flood, limits);
    auto ticket = order.ticket;
    server.worker.start(std::move(order));
    ASSERT_TRUE(server.memory.wait_for_start(ticket));
    std::this_thread::sleep_for(300ms); // the spool is full
    auto begin = std::chrono::steady_clock::now();
    server.worker.cancel(ticket);
    EXPECT_EQ(server.result_of(ticket).ending, Ending::canceled);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    EXPECT_EQ(server.log_of(ticket).next, server.result_of(ticket).next_sequence);
}

TEST_P(LocalWorkerTest, ends_a_silent_script_at_its_time_limit) {
    RunningWorker server(options());
    Limits limits{200ms, 100ms};
    auto result =
        server.run(order_of("trap '' TERM; (trap '' TERM; setsid sleep 1000) & while :; do sleep 0.1; done", limits));
    EXPECT_EQ(result.ending, Ending::timed_out);
    EXPECT_GE(result.ended - result.started, 200ms);
    EXPECT_LT(result.ended - result.started, 5s);
}

TEST_P(LocalWorkerTest, tells_a_signal_that_nobody_ordered) {
    RunningWorker server(options());
    auto result = server.run(order_of("kill -KILL $$"));
    EXPECT_EQ(result.ending, Ending::signaled);
    EXPECT_EQ(result.code, SIGKILL);
}

TEST_P(LocalWorkerTest, hears_a_trap_during_the_grace) {
    RunningWorker server(options());
    Limits limits{0ms, 5s};
    auto order = order_of("trap 'echo cleaned up; exit 0' TERM; echo ready; while :; do sleep 0.05; done", limits);
    auto ticket = order.ticket;
    server.worker.start(std::move(order));
    ASSERT_TRUE(eventually([&] { return server.log_of(ticket).out == "ready\n"; }));
    server.worker.cancel(ticket);
    EXPECT_EQ(server.result_of(ticket).ending, Ending::canceled);
    EXPECT_EQ(server.log_of(ticket).out, "ready\ncleaned up\n");
}

TEST_P(LocalWorkerTest, ends_a_tree_that_hides_from_cancel) {
    RunningWorker server(options());
    Limits limits{0ms, 200ms};
    auto order = order_of(R"(
stubborn() { trap '' TERM HUP; while :; do sleep 1000; done; }
stubborn &
(setsid bash -c 'trap "" TERM; sleep 1000 & wait; sleep 1000' &)
( ( (trap '' TERM; sleep 1000 >/dev/null 2>&1 </dev/null) & ) & )
env -i setsid python3 -c '
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
time.sleep(1000)'
kill -STOP $BASHPID
)",
                          limits);
    auto ticket = order.ticket;
    server.worker.start(std::move(order));
    ASSERT_TRUE(server.memory.wait_for_start(ticket));
    auto shim = shim_of(tickets(), ticket);
    ASSERT_TRUE(eventually([&] { return signal_descendants(shim, 0) >= 6; })) << signal_descendants(shim, 0);
    server.worker.cancel(ticket);
    auto result = server.result_of(ticket);
    EXPECT_EQ(result.ending, Ending::canceled);
    EXPECT_EQ(signal_ticket_holders(ticket, 0), 0);
    EXPECT_EQ(signal_descendants(shim, 0), 0);
}

TEST_P(LocalWorkerTest, does_not_wait_for_a_daemon) {
    RunningWorker server(options());
    auto begin = std::chrono::steady_clock::now();
    auto order = order_of("sleep 30 >/dev/null 2>&1 </dev/null & disown; echo done");
    auto ticket = order.ticket;
    EXPECT_EQ(server.run(std::move(order)).ending, Ending::exited);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1500ms) << "its pipes are closed: nothing to wait for";
    EXPECT_EQ(server.log_of(ticket).out, "done\n");
    EXPECT_EQ(signal_ticket_holders(ticket, 0), 1) << "it may live on";
    signal_ticket_holders(ticket, SIGKILL);
}

TEST_P(LocalWorkerTest, stops_listening_to_what_keeps_the_pipe_open) {
    RunningWorker server(options());
    auto begin = std::chrono::steady_clock::now();
    auto order = order_of("(sleep 0.5; echo late; sleep 30) & echo done");
    auto ticket = order.ticket;
    EXPECT_EQ(server.run(std::move(order)).ending, Ending::exited);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
    EXPECT_EQ(server.log_of(ticket).out, "done\nlate\n");
    signal_ticket_holders(ticket, SIGKILL);
}

TEST_P(LocalWorkerTest, cancels_what_was_not_started_for_good) {
    RunningWorker server(options());
    auto order = order_of("touch " + (folder / "ran"));
    server.worker.cancel(order.ticket);
    EXPECT_EQ(server.result_of(order.ticket).ending, Ending::never_started);
    server.worker.start(order);
    RunningWorker next(options());
    next.worker.start(order);
    EXPECT_EQ(next.result_of(order.ticket).ending, Ending::never_started);
    EXPECT_FALSE(std::filesystem::exists(folder / "ran"));
}

TEST_P(LocalWorkerTest, gives_one_answer_when_start_and_cancel_race) {
    RunningWorker server(options());
    for (int i = 0; i < 40; ++i) {
        auto order = order_of("sleep 1000", {0ms, 50ms});
        auto ticket = order.ticket;
        std::jthread canceling([&, i] {
            std::this_thread::sleep_for(std::chrono::microseconds(i * 100));
            server.worker.cancel(ticket);
        });
        server.worker.start(std::move(order));
        canceling.join();
        auto result = server.result_of(ticket);
        EXPECT_TRUE(result.ending == Ending::canceled || result.ending == Ending::never_started);
        EXPECT_EQ(signal_ticket_holders(ticket, 0), 0);
        EXPECT_EQ(server.memory.seen().ended_count[ticket], 1);
    }
}

TEST_P(LocalWorkerTest, takes_messages_out_and_seals_those_with_a_secret) {
    RunningWorker server(options());
    auto order = order_of("set_octopusvariable plain 'a value'; set_octopusvariable hidden 'S3cret-Value' -sensitive; "
                          "echo \"it is S3cret-Value\"");
    order.script.sensitive = {"S3cret-Value"};
    auto ticket = order.ticket;
    EXPECT_EQ(server.run(std::move(order)).code, 0);
    auto log = server.log_of(ticket);
    EXPECT_EQ(log.out, "it is ********\n") << log.err;
    ASSERT_EQ(log.messages.size(), 1u);
    ASSERT_EQ(log.sealed.size(), 1u);
    auto opened = base::open_box(test_box(), log.sealed[0]);
    ASSERT_TRUE(opened);
    EXPECT_NE(opened->find("S3cret-Value"), std::string::npos);
}

TEST_P(LocalWorkerTest, leaves_nothing_after_complete) {
    RunningWorker server(options());
    auto order = order_of("echo hello");
    auto ticket = order.ticket;
    server.run(std::move(order));
    EXPECT_EQ(server.worker.list(), std::vector<Ticket>{ticket});
    server.worker.complete(ticket);
    server.worker.complete(ticket);
    EXPECT_TRUE(server.worker.list().empty());
    EXPECT_TRUE(std::filesystem::is_empty(tickets()));
    EXPECT_TRUE(server.worker.read(ticket, 1, 100).bytes.empty());
    auto running = order_of("sleep 1000", {0ms, 0ms});
    server.worker.start(running);
    ASSERT_TRUE(server.memory.wait_for_start(running.ticket));
    EXPECT_THROW(server.worker.complete(running.ticket), base::Error);
    server.worker.cancel(running.ticket);
    server.result_of(running.ticket);
}

TEST_P(LocalWorkerTest, a_full_disk_makes_the_script_wait) {
    std::filesystem::create_directory(tickets());
    if (::mount("tmpfs", tickets().c_str(), "tmpfs", 0, "size=1m") != 0) GTEST_SKIP() << "needs root";
    {
        RunningWorker server(options());
        auto order = order_of("head -c 5000000 /dev/zero | tr '\\0' 'x'; echo end");
        auto ticket = order.ticket;
        server.worker.start(order);
        EXPECT_FALSE(server.memory.wait_for_end(ticket, 500ms)) << "it should wait";
        std::size_t bytes = 0;
        std::uint64_t next = 1;
        while (!server.memory.seen().ended.contains(ticket) || next < server.result_of(ticket).next_sequence) {
            auto log = server.log_of(ticket, next, true);
            next = log.next;
            bytes += log.out.size();
        }
        EXPECT_EQ(bytes, 5'000'004u);
        server.worker.complete(ticket);

        auto other = order_of("trap '' TERM; yes", {0ms, 50ms}); // canceled while there is no free space
        server.worker.start(other);
        EXPECT_FALSE(server.memory.wait_for_end(other.ticket, 500ms));
        server.worker.cancel(other.ticket);
        EXPECT_TRUE(eventually([&] { return signal_ticket_holders(other.ticket, 0) == 0; }));
        // Even though no server collects its output.
        EXPECT_EQ(server.result_of(other.ticket).ending, Ending::canceled);
        EXPECT_EQ(server.result_of(other.ticket).reason, "The disk was full: the last output was dropped.");
    }
    EXPECT_EQ(::umount2(tickets().c_str(), MNT_DETACH), 0);
}

// Without space for the ticket's folder, the order's file, the supervisor's files, and so on.
TEST_P(LocalWorkerTest, a87_a_script_begins_late_rather_than_fail_on_a_full_disk) {
    std::filesystem::create_directory(tickets());
    if (::mount("tmpfs", tickets().c_str(), "tmpfs", 0, "size=1m") != 0) GTEST_SKIP() << "needs root";
    auto const filler = tickets() + "/filler";
    auto fill = [&](int pages_left) {
        base::Fd file(::open(filler.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        std::string const page(4096, 'x');
        off_t size = 0;
        for (ssize_t count; (count = ::write(file.get(), page.data(), page.size())) > 0; size += count) {
        }
        EXPECT_EQ(::ftruncate(file.get(), size - pages_left * off_t(page.size())), 0);
    };
    {
        RunningWorker server(options());
        for (int pages_left = 0; pages_left < 5; ++pages_left) {
            fill(pages_left);
            auto late = order_of("echo begun"), canceled = order_of("echo begun");
            server.worker.start(late);
            if (pages_left == 0) {
                EXPECT_FALSE(server.memory.wait_for_end(late.ticket, 300ms));
                server.worker.start(canceled);
                server.worker.cancel(canceled.ticket);
            }
            std::this_thread::sleep_for(100ms);
            std::filesystem::remove(filler);
            auto const result = server.result_of(late.ticket);
            EXPECT_EQ(result.ending, Ending::exited) << pages_left << ": " << result.reason;
            EXPECT_EQ(server.log_of(late.ticket).out, "begun\n") << pages_left;
            if (pages_left == 0) EXPECT_EQ(server.result_of(canceled.ticket).ending, Ending::never_started);
            for (auto const& ticket : {late.ticket, canceled.ticket}) server.worker.complete(ticket);
        }
    }
    EXPECT_EQ(::umount2(tickets().c_str(), MNT_DETACH), 0);
}

// The limit applies to the server. A folder that it created but could not open must neither block a later start nor
// decide a verdict.
TEST_P(LocalWorkerTest, a71_begins_late_rather_than_fail_without_descriptors) {
#ifdef STEPWELL_SANITIZED
    GTEST_SKIP() << "the sanitizer itself needs descriptors";
#endif
    RunningWorker server(options());
    auto order = order_of("echo begun");
    rlimit usual{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &usual), 0);
    rlimit none{0, usual.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    server.worker.start(order);
    std::this_thread::sleep_for(300ms);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &usual), 0);
    auto result = server.result_of(order.ticket);
    EXPECT_EQ(result.ending, Ending::exited) << result.reason;
    EXPECT_EQ(server.log_of(order.ticket).out, "begun\n");
}

// With a cgroup of its own, as the same user.
class LocalWorkerCgroup : public LocalWorkerTest {
protected:
    void SetUp() override {
        std::filesystem::create_directories(parent);
        if (!std::filesystem::exists(parent + "/cgroup.procs")) GTEST_SKIP() << "no cgroup v2";
    }
    LocalWorker::Options in_cgroup() const {
        auto settings = options();
        settings.cgroup_parent = parent;
        return settings;
    }
    std::string const parent = "/sys/fs/cgroup/unified/stepwell-test";
};
STEPWELL_EACH_SHIM(LocalWorkerCgroup);

TEST_P(LocalWorkerCgroup, is_where_a_script_is_born) {
    RunningWorker server(in_cgroup());
    auto order = order_of("grep ^0:: /proc/self/cgroup");
    EXPECT_EQ(server.run(order).code, 0);
    EXPECT_EQ(server.log_of(order.ticket).out, "0::/stepwell-test/" + order.ticket + "\n");
    server.worker.complete(order.ticket);
    EXPECT_FALSE(std::filesystem::exists(parent + "/" + order.ticket));
}

TEST_P(LocalWorkerCgroup, finds_what_nothing_else_would_after_a_lost_supervisor) {
    RunningWorker server(in_cgroup());
    auto order = order_of("(cd /; env -i setsid bash -c 'echo $$ > " + (folder / "bare") +
                          "; exec sleep 1000' >/dev/null 2>&1 &); "
                          "until [ -s " +
                          (folder / "bare") + " ]; do sleep 0.01; done; echo ready; sleep 1000");
    server.worker.start(order);
    ASSERT_TRUE(eventually([&] { return server.log_of(order.ticket).out == "ready\n"; }));
    ASSERT_TRUE(signal_shim(tickets(), order.ticket, SIGKILL));
    EXPECT_EQ(server.result_of(order.ticket).ending, Ending::lost);
    EXPECT_EQ(identify(std::atoi(content_of(folder / "bare").c_str())).start_time, 0u);
}

TEST_P(LocalWorkerCgroup, cancels_what_forks_faster_than_one_can_look) {
    RunningWorker server(in_cgroup());
    auto order = order_of("trap '' TERM; comet() { trap '' TERM; comet & }; comet; comet; sleep 1000", {0ms, 100ms});
    server.worker.start(order);
    ASSERT_TRUE(server.memory.wait_for_start(order.ticket));
    std::this_thread::sleep_for(200ms);
    server.worker.cancel(order.ticket);
    EXPECT_EQ(server.result_of(order.ticket).ending, Ending::canceled);
    EXPECT_EQ(signal_ticket_holders(order.ticket, 0), 0);
}

} // namespace
} // namespace stepwell::run
