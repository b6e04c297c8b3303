#include "engine/house.h"

using namespace stepwell;
using tests::House;

TEST(Restart, in_mid_run_goes_on_with_the_same_process_and_the_same_log) {
    House house;
    auto task = house.run(house.runbook({{"Count", "echo $$; for i in $(seq 1 40); do echo $i; sleep 0.05; done"},
                                         {"After", "echo done"}}),
                          {house.environment()});
    house.wait_for_text(task, "5");
    house.restart();
    house.wait_for_text(task, "20");
    house.restart();
    EXPECT_EQ(house.wait(task).state, domain::TaskState::success) << house.log(task);
    auto output = house.output(task);
    std::string expected = output.substr(0, output.find('\n') + 1);
    for (int i = 1; i <= 40; ++i) expected += std::to_string(i) + "\n";
    EXPECT_EQ(output, expected);
    EXPECT_EQ(house.output(task, 1), "done\n");
    EXPECT_EQ(house.attempts(task).size(), 2u);
}

TEST(Restart, finds_what_ended_while_nobody_looked) {
    House house;
    auto task =
        house.run(house.runbook({{"Short", "echo begun; sleep 0.5; echo ended; exit 4"}}), {house.environment()});
    house.wait_for_text(task, "begun");
    house.stop();
    std::this_thread::sleep_for(std::chrono::seconds(1));
    house.start();
    auto ended = house.wait(task);
    EXPECT_EQ(ended.state, domain::TaskState::failed);
    EXPECT_NE(ended.error.find("exit code 4"), std::string::npos) << ended.error;
    EXPECT_EQ(house.output(task), "begun\nended\n");
}

TEST(Restart, goes_on_canceling) {
    House house;
    auto task = house.run(house.runbook({{"Stubborn", "trap '' TERM; echo begun; while :; do sleep 0.2; done"}}),
                          {house.environment()});
    house.wait_for_text(task, "begun");
    house.engine->request_cancel(task, "admin");
    for (int tries = 0; tries < 200 && house.task(task).state != domain::TaskState::cancelling; ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    house.restart();
    EXPECT_EQ(house.wait(task).state, domain::TaskState::canceled);
}

TEST(Restart, remembers_a_cancellation_that_was_answered_but_not_begun) {
    House house(1);
    auto environment = house.environment();
    auto slow = house.run(house.runbook({{"Slow", "echo begun; sleep 300"}}), {environment});
    house.wait_for_text(slow, "begun");
    auto next = house.run(house.runbook({{"Next", "echo"}}), {environment});
    // As if the server was killed between the commit and the message.
    house.store->write([&](store::Transaction& transaction) {
        EXPECT_TRUE(store::request_cancel(transaction.session, slow, "ann"));
        EXPECT_TRUE(store::request_cancel(transaction.session, next, "bob"));
        EXPECT_TRUE(store::request_cancel(transaction.session, next, "eve"));
        EXPECT_FALSE(store::request_cancel(transaction.session, "ServerTasks-99", "ann"));
    });
    house.restart();
    EXPECT_EQ(house.wait(slow).state, domain::TaskState::canceled);
    EXPECT_EQ(house.wait(next).state, domain::TaskState::canceled);
    EXPECT_EQ(house.task(slow).canceled_by, "ann");
    EXPECT_EQ(house.task(next).canceled_by, "bob");
    EXPECT_TRUE(house.attempts(next).empty());
    house.store->write([&](store::Transaction& transaction) {
        EXPECT_FALSE(store::request_cancel(transaction.session, slow, "ann")) << "it has ended";
    });
}

TEST(Restart, starts_what_still_waited) {
    House house(1);
    auto environment = house.environment();
    auto slow = house.run(house.runbook({{"Slow", "echo begun; sleep 1"}}), {environment});
    auto next = house.run(house.runbook({{"Next", "echo next"}}), {environment});
    house.restart();
    EXPECT_EQ(house.wait(slow).state, domain::TaskState::success);
    EXPECT_EQ(house.wait(next).state, domain::TaskState::success);
}

TEST(Restart, after_the_machine_itself_restarted_starts_nothing_twice) {
    House house;
    auto mark = house.folder() + "/starts";
    auto task =
        house.run(house.runbook({{"Once", "echo x >> " + mark + "; echo begun; sleep 300"}}), {house.environment()});
    house.wait_for_text(task, "begun");
    auto ticket = house.attempts(task).at(0).ticket;
    house.stop();
    // As after power loss: another boot id, and no files of the ticket on the disk.
    {
        store::Store store(house.folder() + "/data", house.clock);
        store.write([&](store::Transaction& transaction) {
            transaction.session.exec("update attempt set boot_id = 'another', state = 'dispatching' where task_id = ?",
                                     task);
        });
    }
    auto moved = house.folder() + "/gone";
    std::filesystem::rename(house.folder() + "/data/tickets/" + ticket, moved);
    house.start();
    auto ended = house.wait(task);
    EXPECT_EQ(ended.state, domain::TaskState::failed);
    EXPECT_NE(ended.error.find("unknown"), std::string::npos) << ended.error;
    EXPECT_EQ(base::read_file(mark), "x\n");
    house.stop();
    // Restores the folder, so that the script of this test is found and ended.
    std::filesystem::rename(moved, house.folder() + "/data/tickets/" + ticket);
    house.start();
    house.worker->cancel(ticket);
    std::this_thread::sleep_for(std::chrono::seconds(1));
}
