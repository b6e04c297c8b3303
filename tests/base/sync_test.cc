#include "base/error.h"
#include "base/sync.h"
#include "base/work_queue.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace stepwell::base {

using namespace std::chrono_literals;

TEST(Sync, lets_one_at_a_time_touch_its_value) {
    Sync<int> count(0);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int k = 0; k < 10'000; ++k) count.with([](int& value) { ++value; });
            });
    }
    EXPECT_EQ(count.with([](int value) { return value; }), 40'000);
}

TEST(Sync, wakes_those_who_wait_for_a_change) {
    Sync<int> level(0);
    std::jthread changer([&] {
        for (int i = 0; i < 3; ++i) level.change([](int& value) { ++value; });
    });
    int seen = 0;
    EXPECT_TRUE(level.wait({}, [](int value) { return value == 3; }, [&](int value) { seen = value; }));
    EXPECT_EQ(seen, 3);
}

TEST(Sync, unlocks_and_wakes_when_a_change_throws) {
    Sync<int> level(0);
    EXPECT_THROW(level.change([](int& value) {
        value = 1;
        reject("", "x");
    }),
                 Error);
    EXPECT_EQ(level.with([](int value) { return value; }), 1);
}

TEST(Sync, stops_waiting_when_asked_or_late) {
    Sync<int> level(0);
    std::stop_source stop;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(10ms);
        stop.request_stop();
    });
    EXPECT_FALSE(level.wait(stop.get_token(), [](int value) { return value > 0; }, [](int) { ADD_FAILURE(); }));
    EXPECT_FALSE(level.wait_for({}, 5ms, [](int value) { return value > 0; }, [](int) { ADD_FAILURE(); }));
    level.change([](int& value) { value = 1; });
    EXPECT_TRUE(level.wait(
        stop.get_token(), [](int value) { return value > 0; }, [](int) {}))
        << "what is ready is taken even after a stop";
}

TEST(WorkQueue, runs_every_job_once_and_in_order_for_one_thread) {
    WorkQueue queue(1000);
    std::vector<int> order;
    std::jthread worker([&](std::stop_token stop) { queue.serve(stop); });
    for (int i = 0; i < 500; ++i) EXPECT_TRUE(queue.try_post([&order, i] { order.push_back(i); }));
    worker.request_stop();
    worker.join();
    ASSERT_EQ(order.size(), 500u) << "a stop waits for what is queued";
    for (int i = 0; i < 500; ++i) EXPECT_EQ(order[std::size_t(i)], i);
}

TEST(WorkQueue, refuses_when_full_but_not_what_continues) {
    WorkQueue queue(2);
    std::atomic<int> ran = 0;
    EXPECT_TRUE(queue.try_post([&] { ++ran; }));
    EXPECT_TRUE(queue.try_post([&] { ++ran; }));
    EXPECT_FALSE(queue.try_post([&] { ran += 100; }));
    queue.post([&] { ++ran; });
    std::stop_source stop;
    stop.request_stop();
    queue.serve(stop.get_token());
    EXPECT_EQ(ran, 3);
}

TEST(WorkQueue, loses_nothing_between_many_threads) {
    WorkQueue queue(1'000'000);
    std::atomic<int> ran = 0;
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < 4; ++i) workers.emplace_back([&](std::stop_token stop) { queue.serve(stop); });
        std::vector<std::jthread> posters;
        for (int i = 0; i < 4; ++i)
            posters.emplace_back([&] {
                for (int k = 0; k < 2000; ++k) queue.post([&] { ++ran; });
            });
        posters.clear();
    }
    EXPECT_EQ(ran, 8000);
}

TEST(Error, tells_every_problem_with_its_place) {
    try {
        reject_if_any({{"Name", "is required"}, {"", "no"}});
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), Kind::invalid);
        ASSERT_EQ(error.problems().size(), 2u);
        EXPECT_EQ(to_text(error.problems()[0]), "Name: is required");
        EXPECT_EQ(to_text(error.problems()[1]), "no");
    }
    EXPECT_NO_THROW(reject_if_any({}));
    try {
        reject_if_any({{"Name", "is required"}});
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.message(), "Name: is required");
    }
}

} // namespace stepwell::base
