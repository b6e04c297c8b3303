// Every kind of run, in any order, with cancellations and a restart: in the end all slots are free.
#include "engine/house.h"

#include <random>

using namespace stepwell;
using tests::House;

namespace {

std::vector<std::pair<std::string, std::string>> condition(std::string text) {
    return {{"Octopus.Action.ConditionVariableExpression", std::move(text)}};
}

class Runs {
public:
    explicit Runs(unsigned seed) : random_(seed) {
        environment_ = house_.environment();
        auto once = [](domain::Runbook& runbook) { runbook.one_at_a_time = true; };
        auto strict = [](domain::Runbook& runbook) { runbook.strict_inputs = true; };
        auto const endless = R"([{"Name":"Self","Value":"#{Self}#{Self}"}])";
        runbooks_ = {
            house_.runbook({}),
            house_.runbook({{.name = "Off", .body = "echo", .is_disabled = true}}),
            house_.runbook({{"Skipped", "echo"}}),
            house_.runbook({{"False", "echo", "Variable", "Bash", "Octopus.Script", condition("False")}}),
            house_.runbook({{"Self", "echo", "Variable", "Bash", "Octopus.Script", condition("#{Self}")}}, endless),
            house_.runbook({{"Self", "echo #{Self}"}}, endless),
            house_.runbook({{"Power", "echo", "Success", "PowerShell"}}),
            house_.runbook({{"Odd", "", "Success", "Bash", "Ocotpus.Script"}}),
            house_.runbook({{"Packed",
                             "",
                             "Success",
                             "Bash",
                             "Octopus.Script",
                             {{"Octopus.Action.Script.ScriptSource", "Package"}}}}),
            house_.runbook({{"Strict", "echo #{Word}"}}, R"([{"Name":"Word","Prompt":{"Required":true}}])", strict),
            house_.runbook({{"Fine", "echo fine"}}),
            house_.runbook({{"Two", "echo one"}, {"Steps", "echo two"}}),
            house_.runbook({{"Wrong", "exit 3"}, {"Odd", "", "Always", "Bash", "Ocotpus.Script"}}),
            house_.runbook({{"Slow", "sleep 0.3"}}),
            house_.runbook({{"Alone", "sleep 0.05"}}, "[]", once),
            house_.runbook({{"Alone and off", "echo", "Failure"}}, "[]", once),
        };
    }

    void go() {
        for (int i = 0; i < 70; ++i) {
            admit();
            if (pick(4) == 0) cancel();
            if (pick(12) == 0) stop_space(true);
            if (pick(4) == 0) stop_space(false);
            if (pick(15) == 0) lose_documents();
            if (i == 35) house_.restart();
        }
        stop_space(false);
        for (auto const& task : tasks_) {
            auto ended = house_.wait(task);
            EXPECT_TRUE(ended.completed) << task << ": " << ended.description << " is " << schema::name_of(ended.state);
        }
        EXPECT_EQ(house_.wait_for_free_slots(), 0u);
        EXPECT_EQ(house_.wait(house_.run(runbooks_[10], {environment_})).state, domain::TaskState::success);
    }

private:
    unsigned pick(unsigned count) { return unsigned(random_() % count); }

    void admit() {
        domain::RunbookRun options;
        auto kind = pick(unsigned(runbooks_.size()));
        if (kind == 2) options.skip_actions = {"Skipped"};
        if (kind == 9) options.form_values.items = {{"Word", "x"}};
        auto now = house_.clock.now();
        if (pick(6) == 0) options.queue_time = now + std::chrono::milliseconds(pick(300));
        if (pick(6) == 0) options.queue_time_expiry = now + std::chrono::milliseconds(301 + pick(200));
        try {
            tasks_.push_back(house_.run(runbooks_[kind], {environment_}, options));
        } catch (base::Error const& error) {
            EXPECT_EQ(error.kind(), base::Kind::invalid) << error.message(); // rejected with the request
        }
    }
    void cancel() {
        if (!tasks_.empty())
            operations::cancel_task(*house_.store, *house_.engine, domain::system_caller(),
                                    tasks_[tasks_.size() - 1 - pick(std::min(5u, unsigned(tasks_.size())))]);
    }
    void stop_space(bool stopped) {
        auto& store = *house_.store;
        auto space =
            store.read([](store::Session& session) { return store::load<domain::Space>(session, "Spaces-1"); });
        space.task_queue_stopped = stopped;
        operations::modify(store, domain::system_caller(), domain::noun_of<domain::Space>(), "", space.id,
                           base::parse_json(schema::to_json(space)), {});
        house_.engine->follow_space(space.id);
    }
    // Deletes the run document of a waiting task.
    void lose_documents() {
        house_.store->write([](store::Transaction& transaction) {
            transaction.session.exec("delete from runbook_run where id in (select run_id from task where state = "
                                     "'Queued' order by number desc limit 1)");
        });
    }

    std::mt19937 random_;
    House house_{3};
    std::string environment_;
    std::vector<std::string> runbooks_, tasks_;
};

} // namespace

TEST(Slots, are_free_again_whatever_became_of_the_runs) {
    for (unsigned seed : {1u, 2u, 3u}) {
        SCOPED_TRACE(seed);
        Runs(seed).go();
    }
}

TEST(Slots, are_not_used_up_by_runs_that_have_ended_when_they_are_admitted) {
    House house(2);
    auto environment = house.environment();
    auto empty = house.runbook({}), fine = house.runbook({{"Fine", "echo"}});
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(house.wait(house.run(empty, {environment})).state, domain::TaskState::success);
    EXPECT_EQ(house.wait_for_free_slots(), 0u);
    EXPECT_EQ(house.wait(house.run(fine, {environment})).state, domain::TaskState::success);
}

TEST(Slots, are_held_in_short_turns_by_a_run_that_only_decides) {
    House house(2);
    auto environment = house.environment();
    std::vector<tests::ScriptStep> steps;
    for (int i = 0; i < 300; ++i) {
        auto name = "S" + std::to_string(i);
        if (i % 2 == 0)
            steps.push_back({.name = name, .body = "echo", .is_disabled = true});
        else
            steps.push_back({name, "echo #{Self}", "Always"}); // is to run, but its script cannot be created
    }
    auto task = house.run(house.runbook(steps, R"([{"Name":"Self","Value":"#{Self}#{Self}"}])"), {environment});
    auto ended = house.wait(task);
    EXPECT_EQ(ended.state, domain::TaskState::failed);
    EXPECT_EQ(house.attempts(task).size(), 300u);
    EXPECT_NE(ended.error.find("'S1' could not be started"), std::string::npos) << ended.error;
}

TEST(Slots, of_a_run_that_cannot_be_read_back_are_free_again) {
    House house(1);
    auto environment = house.environment();
    auto runbook = house.runbook({{"One", "echo begun; sleep 300"}, {"Two", "echo"}});
    auto task = house.run(runbook, {environment});
    house.wait_for_text(task, "begun");
    auto next = house.run(house.runbook({{"Next", "echo"}}), {environment});
    house.stop();
    {
        store::Store store(house.folder() + "/data", house.clock);
        store.write([&](store::Transaction& transaction) {
            transaction.session.exec("update attempt set action = 1 where task_id = ?", task); // a step is missing
        });
    }
    house.start();
    auto ended = house.wait(task);
    EXPECT_EQ(ended.state, domain::TaskState::failed);
    EXPECT_NE(ended.error.find("cannot be read"), std::string::npos) << ended.error;
    EXPECT_EQ(house.wait(next).state, domain::TaskState::success);
    for (int tries = 0; tries < 500 && !std::filesystem::is_empty(house.folder() + "/data/tickets"); ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_TRUE(std::filesystem::is_empty(house.folder() + "/data/tickets")) << "its script was ended";
}
