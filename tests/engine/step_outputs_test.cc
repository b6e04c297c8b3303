// Output variables of steps: number, size, and restarts.
#include "engine/house.h"
#include "engine/step_outputs.h"

using namespace stepwell;
using tests::House;
using tests::ScriptStep;

namespace {

// Prints messages as a script without helpers does.
ScriptStep setter(std::string const& loop) {
    return {"Set",
            "import base64\n"
            "def b(text): return base64.b64encode(text.encode()).decode()\n"
            "def put(name, value): print(\"##octopus[setVariable name='%s' value='%s']\" % (b(name), b(value)))\n" +
                loop,
            "Success", "Python"};
}

store::Task ended(House& house, std::vector<ScriptStep> const& steps) {
    return house.wait(house.run(house.runbook(steps), {house.environment("E" + std::to_string(std::rand()))}));
}

} // namespace

TEST(StepOutputs, may_be_as_many_as_the_limit_and_no_more) {
    House house;
    auto fine = ended(house, {setter("for i in range(10000): put('n%d' % i, 'v%d' % i)\n"
                                     "for i in range(10000): put('n%d' % i, 'w%d' % i)"),
                              {"Get", "get_octopusvariable 'Octopus.Action[Set].Output.n9999'"}});
    EXPECT_EQ(fine.state, domain::TaskState::success) << fine.error;
    EXPECT_EQ(house.output(fine.id, 1), "w9999");

    auto many = ended(house, {setter("for i in range(20000): put('n%d' % i, 'v')"),
                              {"Get", "get_octopusvariable 'Octopus.Action[Set].Output.n9999'", "Always"}});
    EXPECT_EQ(many.state, domain::TaskState::failed);
    EXPECT_NE(many.error.find("more than 10000 output variables"), std::string::npos) << many.error;
    EXPECT_EQ(house.attempts(many.id).at(0).ending, domain::AttemptEnding::limit_passed);
    EXPECT_EQ(house.output(many.id, 1), "v");
}

TEST(StepOutputs, may_be_as_large_as_the_limit_and_no_larger) {
    House house;
    auto one = setter("for i in range(40): put('a%d' % i, 'x' * 131072)");
    auto two = setter("for i in range(40): put('b%d' % i, 'x' * 131072)");
    two.name = "Set more";
    auto large = ended(house, {one, two});
    EXPECT_EQ(large.state, domain::TaskState::failed);
    EXPECT_NE(large.error.find("Step 2"), std::string::npos) << "the steps of a run share the limit: " << large.error;
    EXPECT_NE(large.error.find("more than 8 MiB"), std::string::npos) << large.error;
    auto again = ended(house, {setter("for i in range(80): put('same', 'x' * 131072)")});
    EXPECT_EQ(again.state, domain::TaskState::success) << again.error;
    auto longer = ended(house, {setter("put('a', 'x' * 200000)")});
    EXPECT_EQ(longer.state, domain::TaskState::failed);
    EXPECT_NE(longer.error.find("128 KiB"), std::string::npos) << longer.error;
}

// Each limit of the manual: values at the limit pass, larger ones fail.
TEST(StepOutputs, are_limited_where_the_manual_says) {
    House house;
    struct Case {
        char const* limit;
        std::string script, reason; // prints a value at the limit if `more` is 0, and a larger one if it is 1
    };
    for (auto const& [limit, script, reason] : {
             Case{"128 KiB, plain", "put('a', 'x' * (131072 + more))", "is longer than 128 KiB"},
             Case{"128 KiB, set again", "put('a', 'first')\nput('a', 'x' * (131072 + more))", "is longer than 128 KiB"},
             Case{"10,000 names", "for i in range(10000 + more): put('n%d' % i, '')", "more than 10000"},
             Case{"8 MiB of names and values",
                  "for i in range(64): put('%02d' % i, 'x' * (131070 + (1 if more and i == 63 else 0)))",
                  "more than 8 MiB"},
         }) {
        auto fine = ended(house, {setter("more = 0\n" + script)});
        EXPECT_EQ(fine.state, domain::TaskState::success) << limit << ": " << fine.error;
        auto refused = ended(house, {setter("more = 1\n" + script)});
        EXPECT_EQ(refused.state, domain::TaskState::failed) << limit;
        EXPECT_NE(refused.error.find(reason), std::string::npos) << limit << ": " << refused.error;
        EXPECT_EQ(house.attempts(refused.id).at(0).ending, domain::AttemptEnding::limit_passed) << limit;
    }
}

TEST(StepOutputs, of_many_messages_take_linear_time) {
    House house;
    store::Attempt attempt;
    attempt.ticket = "t";
    auto seconds = [&](int count) {
        auto begin = std::chrono::steady_clock::now();
        engine::OutputTotals totals;
        engine::StepOutputs outputs(*house.store, attempt, totals);
        for (int i = 0; i < count; ++i) {
            outputs.set("n" + std::to_string(i % 9000), "value", false);
            if (i % 100 == 0) outputs.take_changes(*house.store);
        }
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    seconds(1000);
    EXPECT_LT(seconds(200'000), 40 * seconds(20'000) + 0.5) << "10 times as many take about 10 times as long";
}

// The limits of a run apply to all its steps. A restart changes neither the totals nor the stored values.
TEST(StepOutputs, are_counted_the_same_after_a_restart) {
    House house;
    auto mark = house.folder() + "/go";
    auto one = setter("for i in range(5000): put('n%d' % i, 'v')"), two = one;
    two.name = "Set more";
    two.body +=
        "\nprint('waiting', flush=True)\nimport os, time\nwhile not os.path.exists('" + mark + "'): time.sleep(0.05)";
    auto task = house.run(house.runbook({one, two}), {house.environment()});
    house.wait_for_text(task, "waiting");
    std::this_thread::sleep_for(std::chrono::seconds(1)); // all are collected
    house.restart();
    base::replace_file(mark, "x", 0600);
    EXPECT_EQ(house.wait(task).state, domain::TaskState::success) << house.task(task).error;
    house.store->read(
        [](store::Session& session) { EXPECT_EQ(session.integer("select count(*) from step_output"), 10'000); });
}

TEST(StepOutputs, outlive_restarts_as_they_were) {
    House house;
    auto mark = house.folder() + "/go";
    auto task = house.run(
        house.runbook({{"One", "set_octopusvariable A first; set_octopusvariable S s3cret-value -sensitive"},
                       {"Two", "set_octopusvariable B second; echo waiting; while ! [ -e " + mark +
                                   " ]; do sleep 0.05; done; set_octopusvariable C third"},
                       {"Three", "for n in One].Output.A Two].Output.B Two].Output.C; do get_octopusvariable "
                                 "\"Octopus.Action[$n\"; echo; done; get_octopusvariable "
                                 "'Octopus.Action[One].Output.S' | wc -c"}}),
        {house.environment()});
    house.wait_for_text(task, "waiting");
    std::this_thread::sleep_for(std::chrono::seconds(1)); // B is collected
    house.stop();
    house.start();
    base::replace_file(mark, "x", 0600);
    EXPECT_EQ(house.wait(task).state, domain::TaskState::success) << house.task(task).error;
    EXPECT_EQ(house.output(task, 2), "first\nsecond\nthird\n12\n");
    house.store->read(
        [](store::Session& session) { EXPECT_EQ(session.integer("select count(*) from step_output"), 4); });
}
