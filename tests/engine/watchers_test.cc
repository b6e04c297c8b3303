#include "engine/watchers.h"

#include <gtest/gtest.h>

namespace stepwell::engine {
namespace {

using namespace std::chrono_literals;

bool is_woken(Watchers& watchers, std::string const& task, std::uint64_t seen) {
    return watchers.wait_for(task, seen, 0ms);
}

TEST(Watchers, wake_at_the_next_change) {
    Watchers watchers;
    auto seen = watchers.seen("a");
    EXPECT_FALSE(is_woken(watchers, "a", seen));
    watchers.notify("b");
    EXPECT_FALSE(is_woken(watchers, "a", seen));
    int calls = 0;
    watchers.wait("a", seen, [&] { ++calls; });
    watchers.notify("a");
    watchers.notify("a");
    EXPECT_EQ(calls, 1);
    EXPECT_TRUE(is_woken(watchers, "a", seen));
    EXPECT_FALSE(is_woken(watchers, "a", watchers.seen("a")));
}

// A task may end before a watcher is registered. A viewer that checked earlier must not wait forever.
TEST(Watchers, wake_if_the_task_ended_between_looking_and_waiting) {
    Watchers watchers;
    auto seen = watchers.seen("a");
    watchers.forget("a");
    EXPECT_TRUE(is_woken(watchers, "a", seen));
    seen = watchers.seen("b");
    watchers.notify("b");
    watchers.forget("b");
    EXPECT_TRUE(is_woken(watchers, "b", seen));
}

TEST(Watchers, wake_those_who_wait_when_the_task_ends) {
    Watchers watchers;
    int calls = 0;
    watchers.wait("a", watchers.seen("a"), [&] { ++calls; });
    watchers.forget("a");
    EXPECT_EQ(calls, 1);
}

} // namespace
} // namespace stepwell::engine
