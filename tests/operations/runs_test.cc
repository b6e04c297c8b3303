#include "bench.h"

namespace stepwell::operations {

namespace {

using domain::RunbookRun;

class Runs : public Bench {
protected:
    std::string const short_book = house.runbook({{"Go", "short"}}), endless_book = house.runbook({{"Go", "endless"}});
    std::string const test = house.environment("Test"), live = house.environment("Live");

    std::vector<Stored> run(std::string const& runbook, std::vector<std::string> environments,
                            RunbookRun options = {}) {
        return run_runbook(*house.store, *house.engine, domain::system_caller(),
                           {space, runbook, "", std::move(environments), std::move(options)});
    }
    std::string task_of(Stored const& run) { return store::parse<RunbookRun>(run).task; }
};

TEST_F(Runs, are_made_with_a_task_for_each_environment_once) {
    auto const runs = run(short_book, {test, "LIVE", "live", test});
    ASSERT_EQ(runs.size(), 2u);
    for (auto const& made : runs) {
        auto const task = house.wait(task_of(made));
        EXPECT_EQ(task.state, domain::TaskState::success);
        EXPECT_EQ(task.run_id, made.id);
        EXPECT_EQ(load<RunbookRun>(made.id).snapshot.value, load<domain::Runbook>(short_book).published_snapshot.value);
    }
    EXPECT_EQ(load<RunbookRun>(runs[1].id).environment.value, live);
}

TEST_F(Runs, are_all_made_or_none) {
    RunbookRun wrong;
    wrong.skip_actions = {"go", "Stop"};
    wrong.specific_machines = {"Machines-1"};
    EXPECT_EQ(problems_of([&] { run(short_book, {test, "Nowhere"}); }),
              Problems{"EnvironmentId: there is no environment 'Nowhere'"});
    EXPECT_EQ(problems_of([&] { run(short_book, {test}, wrong); }),
              (Problems{"SkipActions[1]: there is no step 'Stop'",
                        "SpecificMachineIds[0]: there is no machine 'Machines-1'"}));
    EXPECT_EQ(problems_of([&] { run(short_book, {}); }), Problems{"EnvironmentId: must name at least one environment"});
    EXPECT_EQ(count<RunbookRun>(), 0u);
    EXPECT_EQ(house.engine->running(), 0u);
}

TEST_F(Runs, do_not_start_for_documents_that_were_deleted_meanwhile) {
    auto admitted = admit_runs(*house.store, *house.engine, caller, {space, short_book, "", {live}, {}});
    EXPECT_EQ(house.engine->running(), 1u);
    remove(*house.store, caller, domain::noun_of<domain::Environment>(), space, live);
    EXPECT_EQ(problems_of([&] { start_runs(*house.store, std::move(admitted)); }).size(), 1u);
    EXPECT_EQ(count<RunbookRun>(), 0u);
    EXPECT_EQ(house.wait_for_free_slots(), 0u);
}

TEST_F(Runs, need_a_snapshot_of_their_runbook) {
    auto const other = load<domain::Runbook>(endless_book).published_snapshot.value;
    EXPECT_EQ(problems_of([&] {
                  run_runbook(*house.store, *house.engine, domain::system_caller(),
                              {space, short_book, other, {test}, {}});
              }).size(),
              1u);
    change<domain::Runbook>(*house.store, caller, space, short_book,
                            [](domain::Runbook& runbook) { runbook.published_snapshot.value.clear(); });
    auto const problems = problems_of([&] { run(short_book, {test}); });
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_NE(problems[0].find("has no published snapshot"), std::string::npos) << problems[0];
}

TEST_F(Runs, that_wait_or_run_are_canceled_and_ended_ones_stay) {
    auto const running = task_of(run(endless_book, {test})[0]), waiting = task_of(run(short_book, {test})[0]);
    EXPECT_EQ(house.task(waiting).state, domain::TaskState::queued);
    EXPECT_EQ(cancel_task(*house.store, *house.engine, caller, waiting).state, domain::TaskState::canceled);
    cancel_task(*house.store, *house.engine, caller, running);
    EXPECT_EQ(house.wait(running).state, domain::TaskState::canceled);
    auto const done = task_of(run(short_book, {test})[0]);
    auto const ended = house.wait(done);
    EXPECT_EQ(cancel_task(*house.store, *house.engine, caller, done).state, ended.state);
    EXPECT_EQ(house.task(done).updated, ended.updated);
    EXPECT_EQ(problems_of([&] { cancel_task(*house.store, *house.engine, caller, "ServerTasks-99"); }).size(), 1u);
}

} // namespace

} // namespace stepwell::operations
