// Log lines about a lasting problem, such as a full disk.
#include "engine/house.h"

namespace stepwell::tests {

namespace {

std::size_t count(std::string const& text, std::string const& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

void execute(House& house, std::string const& sql) {
    house.store->write([&](store::Transaction& transaction) { transaction.session.exec(sql); });
}

} // namespace

TEST(TroublesOfTasks, are_said_once_for_all_and_once_when_they_are_over) {
    House house;
    base::log_from(base::Level::info);
    auto runbook = house.runbook({{"Print", "for i in $(seq 1 100); do echo $i; sleep 0.05; done"}});
    testing::internal::CaptureStderr();
    execute(house, "create trigger full before insert on log_chunk begin select raise(abort, 'full'); end");
    auto environment = house.environment();
    std::vector<std::string> tasks;
    for (int i = 0; i < 3; ++i) tasks.push_back(house.run(runbook, {environment}));
    std::this_thread::sleep_for(std::chrono::seconds(10)); // each start is retried about five times, then its end
    execute(house, "drop trigger full");
    for (auto const& task : tasks) EXPECT_EQ(house.wait(task).state, domain::TaskState::success) << house.log(task);
    house.stop(); // runs the last follow-up actions of commits
    base::log_from(base::Level::error);
    auto said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(count(said, "its log cannot be collected: "), 2u) << "begun and over\n" << said;
    EXPECT_EQ(count(said, "recovered from: its log cannot be collected: "), 1u) << said;
    EXPECT_LE(count(said, "; trying again"), 2u) << "of the log and of the end\n" << said;
}

} // namespace stepwell::tests
