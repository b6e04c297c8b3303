// The crash matrix of one machine, with real processes.
#include "run/worker_support.h"

#include <fstream>

namespace stepwell::run {
namespace {

class LocalWorkerCrash : public EachShim {
protected:
    // Creates a ticket's folder as a dead server would have left it.
    base::Fd leave_folder(Ticket const& ticket) {
        std::filesystem::create_directories(tickets() + "/" + ticket);
        return base::Fd(::open((tickets() + "/" + ticket).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    static Mark mark_of_another_boot() {
        auto mark = make_mark(base::boot_id(), 1);
        mark.boot_id[0] = mark.boot_id[0] == 'f' ? 'e' : 'f';
        return mark;
    }
    static void write_latch(base::Fd const& folder, Mark const& mark) {
        int lock = -1;
        ASSERT_EQ(take_latch(folder.get(), mark, &lock), Written::done);
        ::close(lock);
    }
};
STEPWELL_EACH_SHIM(LocalWorkerCrash);

TEST_P(LocalWorkerCrash, script_and_log_do_not_notice_that_the_server_was_killed) {
    auto order = order_of("for i in $(seq 1 400); do echo line $i; sleep 0.002; done; exit 5");
    OtherServer dead(options(), [&](RunningWorker& server) { server.worker.start(order); });
    ASSERT_TRUE(eventually([&] { return shim_of(tickets(), order.ticket) != 0; }));
    std::this_thread::sleep_for(200ms);
    dead.kill();
    std::this_thread::sleep_for(100ms);

    std::string expected;
    for (int i = 1; i <= 400; ++i) expected += "line " + std::to_string(i) + "\n";
    RunningWorker next(options());
    next.worker.adopt(order.ticket, {});
    auto result = next.result_of(order.ticket);
    EXPECT_EQ(result.ending, Ending::exited) << result.reason;
    EXPECT_EQ(result.code, 5);
    auto log = next.log_of(order.ticket);
    EXPECT_EQ(log.out, expected);
    EXPECT_EQ(log.next, result.next_sequence);
    EXPECT_TRUE(log.markers.empty());
    EXPECT_EQ(next.memory.seen().started[order.ticket], 1);
}

TEST_P(LocalWorkerCrash, many_servers_are_killed_in_the_middle_and_each_line_is_there_once) {
    std::vector<Order> orders;
    for (int i = 0; i < 8; ++i)
        orders.push_back(order_of("for i in $(seq 1 300); do echo $i; echo $i >&2; done; sleep 0.3; echo end"));
    for (int round = 0; round < 6; ++round) {
        OtherServer dead(options(), [&](RunningWorker& server) {
            for (auto const& order : orders) server.worker.adopt(order.ticket, order);
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(5 + round * 17));
    }
    std::string expected;
    for (int i = 1; i <= 300; ++i) expected += std::to_string(i) + "\n";
    RunningWorker last(options());
    for (auto const& order : orders) last.worker.adopt(order.ticket, order);
    for (auto const& order : orders) {
        EXPECT_EQ(last.result_of(order.ticket).ending, Ending::exited);
        auto log = last.log_of(order.ticket);
        EXPECT_EQ(log.out, expected + "end\n");
        EXPECT_EQ(log.err, expected);
    }
}

TEST_P(LocalWorkerCrash, a_supervisor_whose_ticket_was_taken_away_ends) {
    auto order = order_of("sleep 0.3; echo nobody hears this");
    OtherServer dead(options(), [&](RunningWorker& server) { server.worker.start(order); });
    ASSERT_TRUE(eventually([&] { return shim_of(tickets(), order.ticket) != 0; }));
    auto shim = shim_of(tickets(), order.ticket);
    dead.kill();
    std::filesystem::remove_all(tickets() + "/" + order.ticket);
    EXPECT_TRUE(eventually([&] { return identify(shim).start_time == 0; }));
}

TEST_P(LocalWorkerCrash, a_result_that_nobody_fetched_is_found) {
    auto order = order_of("echo alone; exit 9");
    OtherServer dead(options(), [&](RunningWorker& server) { server.worker.start(order); });
    ASSERT_TRUE(eventually([&] { return shim_of(tickets(), order.ticket) != 0; }));
    dead.kill();
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(tickets() + "/" + order.ticket + "/result"); }));
    RunningWorker next(options());
    next.worker.adopt(order.ticket, {});
    EXPECT_EQ(next.result_of(order.ticket).code, 9);
    EXPECT_EQ(next.log_of(order.ticket).out, "alone\n");
}

TEST_P(LocalWorkerCrash, reads_on_from_a_committed_sequence) {
    auto order = order_of("for i in $(seq 1 50); do echo $i; sleep 0.01; done");
    RunningWorker server(options());
    auto result = server.run(order);
    auto all = server.log_of(order.ticket);
    ASSERT_GT(all.records, 5u);
    RunningWorker next(options());
    std::string joined;
    for (std::uint64_t from = 1; from < result.next_sequence; ++from) {
        auto page = next.worker.read(order.ticket, from, 1);
        for_each_record(page.bytes, [&](Record const& record) {
            EXPECT_EQ(record.sequence, from);
            joined += record.bytes;
        });
    }
    EXPECT_EQ(joined, all.out);
}

TEST_P(LocalWorkerCrash, nothing_there_is_started_with_an_order_and_never_was_without) {
    RunningWorker server(options());
    auto order = order_of("echo now");
    server.worker.adopt(order.ticket, order);
    EXPECT_EQ(server.result_of(order.ticket).ending, Ending::exited);
    auto unknown = new_ticket();
    server.worker.adopt(unknown, {});
    EXPECT_EQ(server.result_of(unknown).ending, Ending::never_started);
}

TEST_P(LocalWorkerCrash, an_intent_without_latch_is_started_once_or_buried) {
    auto order = order_of("echo x >> " + (folder / "starts"));
    auto left = leave_folder(order.ticket);
    ASSERT_EQ(write_intent(left.get(), make_mark(base::boot_id(), 0)), Written::done);
    RunningWorker server(options());
    server.worker.adopt(order.ticket, order);
    EXPECT_EQ(server.result_of(order.ticket).ending, Ending::exited);
    EXPECT_EQ(content_of(folder / "starts"), "x\n");

    auto other = order_of("echo x >> " + (folder / "others"));
    auto also_left = leave_folder(other.ticket);
    ASSERT_EQ(write_intent(also_left.get(), make_mark(base::boot_id(), 0)), Written::done);
    server.worker.adopt(other.ticket, {});
    EXPECT_EQ(server.result_of(other.ticket).ending, Ending::never_started);
    RunningWorker next(options());
    next.worker.start(other);
    EXPECT_EQ(next.result_of(other.ticket).ending, Ending::never_started);
    EXPECT_FALSE(std::filesystem::exists(folder / "others"));
}

TEST_P(LocalWorkerCrash, an_intent_of_another_boot_is_never_sent_again) {
    auto order = order_of("touch " + (folder / "ran"));
    auto left = leave_folder(order.ticket);
    ASSERT_EQ(write_intent(left.get(), mark_of_another_boot()), Written::done);
    RunningWorker server(options());
    server.worker.adopt(order.ticket, order);
    auto result = server.result_of(order.ticket);
    EXPECT_EQ(result.ending, Ending::lost);
    EXPECT_EQ(result.reason, "the machine restarted");
    EXPECT_FALSE(std::filesystem::exists(folder / "ran"));
}

TEST_P(LocalWorkerCrash, a_latch_without_supervisor_is_lost) {
    RunningWorker server(options());
    auto same_boot = new_ticket(), other_boot = new_ticket();
    write_latch(leave_folder(same_boot), make_mark(base::boot_id(), ::getpid()));
    write_latch(leave_folder(other_boot), mark_of_another_boot());
    server.worker.adopt(same_boot, order_of("true"));
    server.worker.adopt(other_boot, order_of("true"));
    EXPECT_EQ(server.result_of(same_boot).ending, Ending::lost);
    EXPECT_EQ(server.result_of(same_boot).reason, "the supervisor was lost");
    EXPECT_EQ(server.result_of(other_boot).reason, "the machine restarted");
    EXPECT_EQ(server.log_of(other_boot).markers, std::vector<std::string>{"log may end early: the machine restarted"});
}

TEST_P(LocalWorkerCrash, a_killed_supervisor_ends_its_tree_and_keeps_its_spool) {
    auto order = order_of(R"(
(setsid bash -c 'trap "" TERM; sleep 1000' &)
(env -i bash -c 'echo $$ > )" +
                          (folder / "bare") + R"(; exec sleep 1000' >/dev/null 2>&1 &)
until [ -s )" + (folder / "bare") +
                          R"( ]; do sleep 0.01; done
for i in $(seq 1 200); do echo $i; done
sleep 1000)");
    RunningWorker server(options());
    server.worker.start(order);
    ASSERT_TRUE(eventually([&] { return server.log_of(order.ticket).out.ends_with("\n200\n"); }));
    auto shim = shim_of(tickets(), order.ticket);
    ASSERT_EQ(::kill(shim, SIGKILL), 0);
    auto result = server.result_of(order.ticket);
    EXPECT_EQ(result.ending, Ending::lost);
    EXPECT_EQ(result.reason, "the supervisor was lost");
    EXPECT_EQ(signal_ticket_holders(order.ticket, 0), 0);
    EXPECT_EQ(identify(std::atoi(content_of(folder / "bare").c_str())).start_time, 0u);
    auto log = server.log_of(order.ticket);
    std::string expected;
    for (int i = 1; i <= 200; ++i) expected += std::to_string(i) + "\n";
    EXPECT_EQ(log.out, expected);
    EXPECT_EQ(log.markers, std::vector<std::string>{"log may end early: the supervisor was lost"});
    EXPECT_EQ(log.next, result.next_sequence);

    RunningWorker next(options()); // the same again, from the files
    next.worker.adopt(order.ticket, order);
    EXPECT_EQ(next.result_of(order.ticket).ending, Ending::lost);
    EXPECT_EQ(next.log_of(order.ticket).markers.size(), 1u);
}

TEST_P(LocalWorkerCrash, a_supervisor_killed_while_the_server_was_dead_is_lost_too) {
    auto order = order_of("echo before; sleep 1000");
    OtherServer dead(options(), [&](RunningWorker& server) { server.worker.start(order); });
    ASSERT_TRUE(eventually([&] { return signal_ticket_holders(order.ticket, 0) >= 2; }));
    dead.kill();
    std::this_thread::sleep_for(50ms);
    ASSERT_TRUE(eventually([&] { return signal_shim(tickets(), order.ticket, SIGKILL); }));
    RunningWorker next(options());
    next.worker.adopt(order.ticket, {});
    EXPECT_EQ(next.result_of(order.ticket).ending, Ending::lost);
    EXPECT_EQ(next.log_of(order.ticket).out, "before\n");
    EXPECT_EQ(signal_ticket_holders(order.ticket, 0), 0);
}

TEST_P(LocalWorkerCrash, an_adopted_script_can_be_canceled) {
    auto order = order_of("trap '' TERM; sleep 1000 & while :; do wait; done", {0ms, 100ms});
    OtherServer dead(options(), [&](RunningWorker& server) { server.worker.start(order); });
    ASSERT_TRUE(eventually([&] { return signal_ticket_holders(order.ticket, 0) >= 2; }));
    dead.kill();
    RunningWorker next(options());
    next.worker.cancel(order.ticket); // even before it is adopted
    next.worker.adopt(order.ticket, {});
    EXPECT_EQ(next.result_of(order.ticket).ending, Ending::canceled);
    EXPECT_EQ(signal_ticket_holders(order.ticket, 0), 0);
}

TEST_P(LocalWorkerCrash, a_time_limit_needs_no_server) {
    auto order = order_of("sleep 1000", {300ms, 50ms});
    OtherServer dead(options(), [&](RunningWorker& server) { server.worker.start(order); });
    ASSERT_TRUE(eventually([&] { return shim_of(tickets(), order.ticket) != 0; }));
    dead.kill();
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(tickets() + "/" + order.ticket + "/result"); }));
    RunningWorker next(options());
    next.worker.adopt(order.ticket, {});
    EXPECT_EQ(next.result_of(order.ticket).ending, Ending::timed_out);
}

TEST_P(LocalWorkerCrash, a_script_that_waits_for_room_goes_on_with_the_next_server) {
    auto order = order_of("head -c 8000000 /dev/zero | tr '\\0' 'x'");
    order.limits.spool_bytes = 1u << 20;
    std::string part = folder / "part";
    OtherServer dead(options(), [&](RunningWorker& server) {
        server.worker.start(order);
        std::this_thread::sleep_for(300ms);
        auto log = server.log_of(order.ticket, 1, true);
        std::ofstream(part) << log.next << " " << log.out.size();
    });
    ASSERT_TRUE(eventually([&] { return !content_of(part).empty(); }));
    dead.kill();
    std::uint64_t next_sequence = 0;
    std::size_t bytes = 0;
    std::ifstream(part) >> next_sequence >> bytes;
    RunningWorker next(options());
    next.worker.adopt(order.ticket, {});
    while (!next.memory.seen().ended.contains(order.ticket) ||
           next_sequence < next.result_of(order.ticket).next_sequence) {
        auto log = next.log_of(order.ticket, next_sequence, true);
        next_sequence = log.next;
        bytes += log.out.size();
    }
    EXPECT_EQ(bytes, 8'000'000u);
}

TEST_P(LocalWorkerCrash, a_spool_cut_short_by_power_loss_is_marked) {
    RunningWorker server(options());
    auto order = order_of("for i in $(seq 1 20); do echo $i; sleep 0.01; done");
    auto ticket = order.ticket;
    server.run(order);
    auto at = tickets() + "/" + ticket;
    base::Fd opened(::open(at.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    std::filesystem::remove(at + "/started");
    write_latch(opened, mark_of_another_boot());
    auto spool = at + "/spool.0000000000000001";
    std::filesystem::resize_file(spool, std::filesystem::file_size(spool) - 40);
    RunningWorker next(options());
    next.worker.adopt(ticket, {});
    auto result = next.result_of(ticket);
    EXPECT_EQ(result.ending, Ending::exited);
    auto log = next.log_of(ticket);
    EXPECT_EQ(log.markers.size(), 1u);
    EXPECT_EQ(log.next, result.next_sequence);
}

} // namespace
} // namespace stepwell::run
