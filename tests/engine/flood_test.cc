// Scripts that print faster than the server collects.
#include "engine/endless_worker.h"
#include "engine/house.h"

#include <csignal>

using namespace stepwell;
using tests::EndlessWorker;
using tests::House;

namespace {

using Seconds = std::chrono::duration<double>;

#ifdef STEPWELL_SANITIZED
constexpr double patience = 10;
#else
constexpr double patience = 1;
#endif

template <class Act> double seconds_of(Act act) {
    auto begin = std::chrono::steady_clock::now();
    act();
    return Seconds(std::chrono::steady_clock::now() - begin).count();
}

struct Floods {
    EndlessWorker worker;
    House house{64, [this](run::Listener& listener) -> run::Worker& {
                    worker.tell(listener);
                    return worker;
                }};
    std::string environment = house.environment();
    std::string flood = house.runbook({{"Flood", "endless"}}), brief = house.runbook({{"Brief", "short"}});
    std::vector<std::string> tasks;

    explicit Floods(int count) {
        for (int i = 0; i < count; ++i) tasks.push_back(house.run(flood, {environment}));
        reach(1u << 20);
    }
    // Waits until that many bytes of each script were read. Returns the bytes read of each.
    std::vector<std::size_t> reach(std::size_t amount) {
        for (int tries = 0; tries < 1000; ++tries) {
            auto amounts = worker.amounts();
            if (amounts.size() == tasks.size() && *std::ranges::min_element(amounts) >= amount) return amounts;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << "not every one has had its turn";
        return std::vector<std::size_t>(tasks.size());
    }
    domain::TaskState cancel(std::string const& task) {
        return operations::cancel_task(*house.store, *house.engine, domain::system_caller(), task).state;
    }
};

} // namespace

TEST(Flood, of_one_run_leaves_others_their_turn) {
    Floods floods(8);
    // The first scripts ran alone for a while; from here on all run.
    auto const before = floods.reach(1u << 20);
    auto growth = floods.reach(*std::ranges::max_element(before) + (2u << 20));
    std::ranges::transform(growth, before, growth.begin(), std::minus<>());
    EXPECT_LE(*std::ranges::max_element(growth), *std::ranges::min_element(growth) + (3u << 20)) << "they are even";
    for (int i = 0; i < 5; ++i) {
        auto state = domain::TaskState::queued;
        auto took = seconds_of([&] {
            state = floods.house.wait(floods.house.run(floods.brief, {floods.environment})).state;
        });
        EXPECT_EQ(state, domain::TaskState::success);
        EXPECT_LT(took, patience);
    }
}

TEST(Flood, is_overtaken_by_its_cancellation) {
    Floods floods(8);
    for (auto const& task : floods.tasks) {
        auto took = seconds_of([&] { EXPECT_NE(floods.cancel(task), domain::TaskState::executing); });
        EXPECT_LT(took, patience);
    }
    for (auto const& task : floods.tasks) {
        EXPECT_EQ(floods.house.wait(task).state, domain::TaskState::canceled);
        auto attempt = floods.house.attempts(task).at(0);
        auto chunk = floods.house.store->read([&](store::Session& session) {
            return store::find_log_chunk(session, task, 1, attempt.next_sequence - 1);
        });
        EXPECT_TRUE(chunk) << "the rest of the log is collected before the verdict";
    }
    EXPECT_EQ(floods.house.wait_for_free_slots(), 0u);
}

TEST(Flood, does_not_hold_up_the_end_of_the_server) {
    Floods floods(8);
    EXPECT_LT(seconds_of([&] { floods.house.stop(); }), 5 * patience);
    floods.house.start();
    auto const before = floods.worker.amounts();
    floods.reach(*std::ranges::max_element(before) + (1u << 20)); // collection continues
    EXPECT_EQ(floods.house.wait(floods.house.run(floods.brief, {floods.environment})).state,
              domain::TaskState::success);
    EXPECT_LT(seconds_of([&] { floods.cancel(floods.tasks[0]); }), patience);
    EXPECT_EQ(floods.house.wait(floods.tasks[0]).state, domain::TaskState::canceled);
}

TEST(Flood, of_a_real_script_ends_with_its_cancellation) {
    House house(4);
    auto file = house.folder() + "/pid";
    auto flood = house.runbook({{"Flood", "echo $$ >> " + file + "; exec yes out"}});
    auto environment = house.environment();
    std::vector<std::string> tasks{house.run(flood, {environment}), house.run(flood, {environment})};
    for (auto const& task : tasks)
        for (int tries = 0; tries < 1000 && house.attempts(task).at(0).log_bytes == 0; ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(house.wait(house.run(house.runbook({{"Brief", "echo"}}), {environment})).state,
              domain::TaskState::success);
    for (auto const& task : tasks) operations::cancel_task(*house.store, *house.engine, domain::system_caller(), task);
    std::istringstream pids(base::read_file(file).value_or(""));
    int count = 0;
    for (pid_t pid = 0; pids >> pid; ++count) {
        int tries = 0;
        while (tries < 1500 && ::kill(pid, 0) == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            ++tries;
        }
        EXPECT_LT(tries, 1500) << "it has had 15 s";
    }
    EXPECT_EQ(count, 2);
    for (auto const& task : tasks)
        EXPECT_EQ(house.wait(task, std::chrono::seconds(120)).state, domain::TaskState::canceled);
    EXPECT_EQ(house.wait_for_free_slots(), 0u);
}
