#include "run/launcher_support.h"

#include <pwd.h>

namespace stepwell::run {
namespace {

// With and without the features that newer kernels give to root.
INSTANTIATE_TEST_SUITE_P(With, LauncherTest, ::testing::Bool(),
                         [](auto const& info) { return info.param ? "cgroups" : "tree_walk"; });

TEST_P(LauncherTest, runs_a_script_as_a_slot) {
    auto order = order_of("id -u; id -g; id -G; echo $USER; [ \"$HOME\" = \"$PWD\" ] && echo at home; "
                          "grep -E '^Cap(Inh|Prm|Eff|Amb)' /proc/self/status; echo to stderr > /dev/stderr; cat "
                          "/proc/self/cgroup; exit 4");
    auto text = run_as_server(order);
    auto const* entry = ::getpwuid(first_slot);
    auto const user = entry ? std::string(entry->pw_name) : std::to_string(first_slot);
    EXPECT_TRUE(text.starts_with(fmt::format("0 4 \n{0}\n{0}\n{0}\n{1}\nat home\n", first_slot, user))) << text;
    for (auto name : {"Inh", "Prm", "Eff", "Amb"})
        EXPECT_NE(text.find(fmt::format("Cap{}:\t0000000000000000", name)), std::string::npos) << text;
    EXPECT_NE(text.find("to stderr"), std::string::npos) << text;
    EXPECT_EQ(text.find("/stepwell-runs/" + order.ticket) != std::string::npos, GetParam()) << text;
    EXPECT_TRUE(eventually([&] { return !has_folder(order.ticket); })) << "the script's folder stays";
}

// As after a server that died between sending an order and the latch of the shim: the next server sends it again.
TEST_P(LauncherTest, a_second_shim_of_a_ticket_leaves_the_first_and_its_script_alone) {
    auto order = order_of("echo begun; sleep 1; [ -d \"$HOME\" ] && echo done");
    auto text = as_server([&](RunningWorker& server) {
        server.worker.start(order);
        if (!eventually([&] { return server.log_of(order.ticket).out == "begun\n"; })) return std::string("no start");
        base::Fd folder(::open((data() + "/tickets/" + order.ticket).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        auto nothing = base::sealed_memfd("nothing", "nothing");
        int ends[2];
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
        base::Fd ours(ends[0]), theirs(ends[1]);
        pid_t none = 0;
        LauncherClient(data() + "/launcher.sock")
            .start({order.ticket, "", folder.get(), nothing.get(), nothing.get(), theirs.get()}, none);
        auto result = server.result_of(order.ticket);
        return fmt::format("{} {} {}", int(result.ending), result.code, server.log_of(order.ticket).out);
    });
    EXPECT_EQ(text, "0 0 begun\ndone\n");
    EXPECT_TRUE(eventually([&] { return !has_folder(order.ticket); })) << "the script's folder stays";
}

TEST_P(LauncherTest, keeps_a_script_from_everything_that_is_not_its_own) {
    auto victim = order_of("sleep 1000", {0ms, 0ms});
    victim.script.body = "echo $$; sleep 1000";
    victim.script.values = {{"Password", "VICTIMS-VALUE"}};
    auto report = as_server([&](RunningWorker& server) {
        server.worker.start(victim);
        if (!eventually([&] { return server.log_of(victim.ticket).out.ends_with("\n"); }))
            return std::string("no start");
        auto shim = std::to_string(shim_of(data() + "/tickets", victim.ticket));
        auto script = server.log_of(victim.ticket).out;
        script.pop_back();
        auto attack = order_of(fmt::format(R"(
try() {{ local what=$1; shift; if "$@" >/dev/null 2>&1; then echo "ALLOWED: $what"; else echo "denied: $what"; fi; }}
try key cat {0}/key
try database cat {0}/database
try list ls {0}
try ticket ls {0}/tickets/{1}
try spool cat {0}/tickets/{1}/spool.0000000000000001
try launcher python3 -c 'import socket; s=socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.connect("{0}/launcher.sock")'
try sock python3 -c 'import socket; s=socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.connect("/proc/{2}/cwd/sock")'
for pid in {2} {3} {4} {5}; do
  try kill-$pid kill -9 $pid
  try environ-$pid cat /proc/$pid/environ
  try fds-$pid ls /proc/$pid/fd
  try memory-$pid dd if=/proc/$pid/mem bs=1 count=1
  try cwd-$pid ls /proc/$pid/cwd/
  try trace-$pid python3 -c 'import ctypes,sys; sys.exit(0 if ctypes.CDLL(None).ptrace(16,'$pid',0,0)==0 else 1)'
done
shim=$PPID
try own-shim kill -9 $shim
try own-shim-fds ls /proc/$shim/fd
try own-shim-memory dd if=/proc/$shim/mem bs=1 count=1
try folder-of-the-other ls $(dirname $HOME)/{1}
try folders ls $(dirname $HOME)
try slots ls $(dirname $HOME)/../stepwell/slots
[ -d $(dirname $HOME)/{1} ] && echo "the other is there"
try cgroup bash -c 'echo $$ > /sys/fs/cgroup/unified/cgroup.procs'
try own-folder ls $HOME
)",
                                           data(), victim.ticket, shim, script, ::getpid(), launcher_));
        server.run(attack);
        auto log = server.log_of(attack.ticket);
        server.worker.cancel(victim.ticket);
        if (server.result_of(victim.ticket).ending != Ending::canceled) log.out += "the victim did not last\n";
        return log.out + log.err;
    });
    EXPECT_NE(report.find("denied: key"), std::string::npos) << report;
    EXPECT_NE(report.find("denied: own-shim-memory"), std::string::npos) << report;
    EXPECT_NE(report.find("the other is there"), std::string::npos) << report;
    EXPECT_NE(report.find("denied: trace-"), std::string::npos) << report;
    EXPECT_NE(report.find("ALLOWED: own-folder"), std::string::npos) << report;
    auto allowed = report.find("ALLOWED: ");
    EXPECT_EQ(report.find("ALLOWED: ", allowed + 1), std::string::npos) << report;
    EXPECT_EQ(report.find("the victim did not last"), std::string::npos);
}

TEST_P(LauncherTest, gives_each_running_script_another_account_and_makes_more_wait) {
    auto report = as_server([&](RunningWorker& server) {
        std::vector<Order> orders;
        for (int i = 0; i < 6; ++i) orders.push_back(order_of("id -u; sleep 0.5"));
        for (auto const& order : orders) server.worker.start(order);
        std::string text;
        for (auto const& order : orders) {
            EXPECT_EQ(server.result_of(order.ticket).ending, Ending::exited) << server.result_of(order.ticket).reason;
            text += server.log_of(order.ticket).out;
        }
        return text;
    });
    for (uid_t uid = first_slot; uid < first_slot + 4; ++uid)
        EXPECT_NE(report.find(std::to_string(uid)), std::string::npos) << report;
}

TEST_P(LauncherTest, a62_lets_no_script_have_all_processes) {
    rlimit ours{};
    ASSERT_EQ(::getrlimit(RLIMIT_NPROC, &ours), 0);
    auto order = order_of("ulimit -Su; ulimit -Hu; (ulimit -u 100000) 2>/dev/null && echo raised; ulimit -c; exit 0");
    auto most = std::to_string(std::min<rlim_t>(ours.rlim_max, 4096));
    EXPECT_EQ(run_as_server(order), "0 0 \n" + most + "\n" + most + "\n0\n");
    auto named = order_of("[ $(ulimit -u) = 4096 ] || echo more");
    named.account = "daemon"; // other users' processes share this account
    EXPECT_EQ(run_as_server(named), "0 0 \nmore\n");
}

// More levels than a recursion could handle, closed, and with a link to files of other users.
TEST_P(LauncherTest, a62_clears_up_however_deep) {
    auto kept = folder / "kept";
    ::mkdir(kept.c_str(), 0777);
    std::ofstream(kept + "/file") << "of others";
    auto order = order_of("ln -s " + kept +
                          " link; mkdir shut && touch shut/file && chmod 0 shut; python3 -c '\n"
                          "import os\nfor i in range(1100):\n  os.mkdir(\"d\"); os.chdir(\"d\")\n"
                          "os.mkdir(\"lifted-0\")\nopen(\"f\", \"w\")'; chmod 0 . && echo laid");
    EXPECT_EQ(run_as_server(order), "0 0 \nlaid\n");
    EXPECT_TRUE(eventually([&] { return !has_folder(order.ticket); }));
    EXPECT_TRUE(std::filesystem::exists(kept + "/file"));
}

TEST_P(LauncherTest, leaves_no_process_in_a_slot) {
    auto order = order_of("(setsid bash -c \"trap '' TERM; sleep 1000\" >/dev/null 2>&1 </dev/null &); echo done");
    EXPECT_EQ(run_as_server(order), "0 0 \ndone\n");
    EXPECT_TRUE(eventually([] { return !somebody_is(first_slot); }));
}

TEST_P(LauncherTest, lets_a_named_account_keep_its_daemon) {
    auto order = order_of("id -un; pwd; echo $HOME; sleep 100 >/dev/null 2>&1 </dev/null &");
    order.account = "daemon";
    auto text = run_as_server(order);
    EXPECT_NE(text.find("daemon\n"), std::string::npos) << text;
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(signal_ticket_holders(order.ticket, SIGKILL), 1);
    auto forbidden = order_of("id");
    forbidden.account = "root";
    EXPECT_TRUE(run_as_server(forbidden).starts_with("4 0 scripts may not run as account"));
}

TEST_P(LauncherTest, supervisor_keeps_the_right_to_kill_and_nothing_else) {
    auto order = order_of("exec sleep 1000", {0ms, 0ms});
    auto report = as_server([&](RunningWorker& server) {
        server.worker.start(order);
        server.memory.wait_for_start(order.ticket);
        std::this_thread::sleep_for(50ms);
        auto status = content_of("/proc/" + std::to_string(shim_of(data() + "/tickets", order.ticket)) + "/status");
        auto line = content_of("/proc/" + std::to_string(shim_of(data() + "/tickets", order.ticket)) + "/cmdline");
        server.worker.cancel(order.ticket);
        server.result_of(order.ticket);
        return status + line;
    });
    EXPECT_NE(report.find("Uid:\t60990\t60990\t60990\t60990"), std::string::npos) << report;
    EXPECT_NE(report.find("CapPrm:\t0000000000000020\nCapEff:\t0000000000000020"), std::string::npos) << report;
    EXPECT_NE(report.find("Groups:\t \n"), std::string::npos) << report;
}

TEST_P(LauncherTest, cancels_a_stubborn_tree_of_another_account) {
    auto order = order_of("trap '' TERM; (trap '' TERM; setsid sleep 1000) & python3 -c 'import os,time\nif os.fork(): "
                          "os._exit(0)\nos.setsid(); time.sleep(1000)' & "
                          "while :; do sleep 1000; done",
                          {0ms, 100ms});
    auto report = as_server([&](RunningWorker& server) {
        server.worker.start(order);
        server.memory.wait_for_start(order.ticket);
        std::this_thread::sleep_for(300ms);
        server.worker.cancel(order.ticket);
        return std::to_string(int(server.result_of(order.ticket).ending));
    });
    EXPECT_EQ(report, std::to_string(int(Ending::canceled)));
    EXPECT_EQ(signal_ticket_holders(order.ticket, 0), 0);
    EXPECT_TRUE(eventually([] { return !somebody_is(first_slot); })); // the launcher checks once more
}

TEST_P(LauncherTest, ends_the_tree_of_a_killed_supervisor) {
    auto order = order_of("echo alive; (trap '' TERM; env -i setsid sleep 1000 &) ; sleep 1000");
    alongside([&] { // the server may not kill a shim, but root may
        eventually([&] { return std::filesystem::exists(data() + "/ready"); });
        signal_shim(data() + "/tickets", order.ticket, SIGKILL);
    });
    auto report = as_server([&](RunningWorker& server) {
        server.worker.start(order);
        eventually([&] { return server.log_of(order.ticket).out == "alive\n"; });
        std::this_thread::sleep_for(100ms);
        if (signal_shim(data() + "/tickets", order.ticket, 0)) return std::string("the server could signal a shim");
        std::ofstream(data() + "/ready") << "yes";
        auto result = server.result_of(order.ticket);
        auto log = server.log_of(order.ticket);
        return fmt::format("{} {} {}", int(result.ending), log.out, fmt::join(log.markers, ";"));
    });
    EXPECT_EQ(report, "5 alive\n log may end early: the supervisor was lost");
    EXPECT_TRUE(eventually([] { return !somebody_is(first_slot); })); // the launcher checks once more
    EXPECT_TRUE(eventually([&] { return !has_folder(order.ticket); }));
}

TEST_P(LauncherTest, goes_away_and_comes_back_without_a_run_noticing) {
    auto order = order_of("for i in $(seq 1 100); do echo $i; sleep 0.01; done");
    auto last = order_of("id -u");
    alongside([&] {
        eventually([&] { return std::filesystem::exists(data() + "/ready"); });
        ::kill(launcher_, SIGKILL);
        spawn_launcher(launcher_options());
    });
    auto report = as_server([&](RunningWorker& server) {
        server.worker.start(order);
        server.memory.wait_for_start(order.ticket);
        std::ofstream(data() + "/ready") << "yes";
        std::this_thread::sleep_for(300ms);
        auto after = server.run(last);
        auto uid = server.log_of(last.ticket).out;
        auto result = server.result_of(order.ticket);
        return fmt::format("{} {} {} {}{}", int(result.ending), server.log_of(order.ticket).out.size(),
                           int(after.ending), after.reason, uid);
    });
    EXPECT_EQ(report, fmt::format("0 292 0 {}\n", first_slot + 1)) << "the first slot is still in use";
    EXPECT_TRUE(eventually([&] { return !has_folder(order.ticket); })) << "swept by the next launcher";
}

TEST_P(LauncherTest, leaves_alone_what_another_server_on_the_machine_runs) {
    auto other = launcher_options(); // of a server that has not run a script yet
    other.socket = folder / "other/launcher.sock";
    other.tickets = folder / "other/tickets";
    ::mkdir((folder / "other").c_str(), 0711);
    auto order = order_of("sleep 0.5; echo survived");
    alongside([&] {
        eventually([&] { return std::filesystem::exists(data() + "/ready"); });
        auto second = spawn_launcher(other);
        bool answers = eventually([&] { return LauncherClient(other.socket).build() == "test"; });
        std::this_thread::sleep_for(200ms);
        ::kill(second, SIGTERM);
        ::waitpid(second, nullptr, 0);
        if (answers) std::ofstream(data() + "/answered") << "yes";
    });
    auto report = as_server([&](RunningWorker& server) {
        server.worker.start(order);
        server.memory.wait_for_start(order.ticket);
        std::ofstream(data() + "/ready") << "yes";
        auto result = server.result_of(order.ticket);
        return fmt::format("{} {}", int(result.ending), server.log_of(order.ticket).out);
    });
    EXPECT_EQ(report, "0 survived\n");
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(data() + "/answered"); }));
}

TEST_P(LauncherTest, leaves_the_scripts_of_another_server_alone) {
    auto order = order_of("sleep 1; [ -d $HOME ] && echo still here");
    TemporaryFolder other;
    ::mkdir((other / "tickets").c_str(), 0700);
    alongside([&] {
        eventually([&] { return has_folder(order.ticket); });
        auto options = launcher_options();
        options.socket = other / "launcher.sock";
        options.tickets = other / "tickets";
        auto pid = spawn_launcher(options);
        eventually([&] { return LauncherClient(options.socket).build() == "test"; });
        std::this_thread::sleep_for(200ms);
        ::kill(pid, SIGTERM);
        ::waitpid(pid, nullptr, 0);
    });
    EXPECT_EQ(run_as_server(order), "0 0 \nstill here\n");
}

TEST_P(LauncherTest, is_replaced_by_another_build_and_left_alone_by_its_own) {
    auto same = spawn_launcher(launcher_options());
    int status = 1;
    ::waitpid(same, &status, 0);
    EXPECT_EQ(status, 0) << "one is there already";
    auto options = launcher_options();
    options.build = "newer";
    auto newer = spawn_launcher(options);
    EXPECT_TRUE(eventually([&] { return LauncherClient(options.socket).build() == "newer"; }));
    EXPECT_EQ(::waitpid(std::exchange(launcher_, newer), nullptr, 0) > 0, true);
    EXPECT_EQ(run_as_server(order_of("echo hello")), "0 0 \nhello\n");
}

TEST_P(LauncherTest, listens_to_the_server_only) {
    pid_t pid = ::fork();
    if (pid == 0) {
        if (::chmod(data().c_str(), 0777) != 0 || ::chmod((data() + "/launcher.sock").c_str(), 0777) != 0) ::_exit(2);
        if (::setgid(61999) != 0 || ::setuid(61999) != 0) ::_exit(3);
        ::_exit(LauncherClient(data() + "/launcher.sock").build() ? 1 : 0);
    }
    int status = 1;
    ::waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
}

} // namespace
} // namespace stepwell::run
