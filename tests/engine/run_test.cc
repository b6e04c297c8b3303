#include "engine/house.h"

using namespace stepwell;
using tests::House;
using tests::ScriptStep;

TEST(Run, goes_through_its_steps_and_keeps_their_words) {
    House house;
    auto environment = house.environment("Production");
    auto task =
        house.run(house.runbook({{"One", "echo \"in #{Octopus.Environment.Name}\"; set_octopusvariable Answer 42"},
                                 {"Two", "print('got', get_octopusvariable('Octopus.Action[One].Output.Answer'))",
                                  "Success", "Python"}}),
                  {environment});
    EXPECT_EQ(house.wait(task).state, domain::TaskState::success) << house.task(task).error;
    EXPECT_EQ(house.output(task, 0), "in Production\n");
    EXPECT_EQ(house.output(task, 1), "got 42\n");
}

TEST(Run, fails_with_the_exit_code_and_runs_what_is_for_failures) {
    House house;
    auto task = house.run(house.runbook({{"Break", "exit 3"},
                                         {"Normal", "echo no"},
                                         {"Mend", "echo mending", "Failure"},
                                         {"Tidy", "echo tidying", "Always"}}),
                          {house.environment()});
    auto ended = house.wait(task);
    EXPECT_EQ(ended.state, domain::TaskState::failed);
    EXPECT_NE(ended.error.find("Break"), std::string::npos);
    EXPECT_NE(ended.error.find("exit code 3"), std::string::npos) << ended.error;
    auto attempts = house.attempts(task);
    ASSERT_EQ(attempts.size(), 4u);
    EXPECT_EQ(attempts[1].state, domain::AttemptState::skipped);
    EXPECT_EQ(house.output(task, 2), "mending\n");
    EXPECT_EQ(house.output(task, 3), "tidying\n");
}

TEST(Run, that_writes_a_warning_succeeds_with_one) {
    House house;
    auto task = house.run(house.runbook({{"Warn", "write_warning careful"}}), {house.environment()});
    auto ended = house.wait(task);
    EXPECT_EQ(ended.state, domain::TaskState::success);
    EXPECT_TRUE(ended.warnings);
}

// The setting may come from the action, literally or with a variable, or from a variable of its project.
TEST(Run, fails_on_error_output_only_where_it_is_told_to) {
    House house;
    auto const environment = house.environment();
    std::string const key = "Octopus.Action.FailScriptOnErrorOutput",
                      variable = R"([{"Name":")" + key + R"(","Value":")";
    auto run = [&](std::vector<std::pair<std::string, std::string>> more, std::string const& variables) {
        ScriptStep step{"Speak", "echo oops >&2"};
        step.more = std::move(more);
        return house.run(house.runbook({step}, variables), {environment});
    };
    std::string const strict = R"([{"Name":"Strict","Value":"True"}])";
    for (auto const& task : {run({}, "[]"), run({{key, "False"}}, variable + "True\"}]"),
                             run({{key, "#{No}"}}, R"([{"Name":"No","Value":"False"}])")})
        EXPECT_EQ(house.wait(task).state, domain::TaskState::success);
    for (auto const& task :
         {run({{key, "True"}}, "[]"), run({{key, "#{Strict}"}}, strict), run({}, variable + "True\"}]")}) {
        EXPECT_EQ(house.wait(task).state, domain::TaskState::failed);
        EXPECT_EQ(house.attempts(task).at(0).ending, domain::AttemptEnding::error_output);
    }
}

// The language is known only when the step starts.
TEST(Run, refuses_a_step_whose_settings_turn_out_not_to_be_for_this_server) {
    House house;
    auto task = house.run(house.runbook({{"Go", "echo hello", "Success", "#{Language}"}},
                                        R"([{"Name":"Language","Value":"PowerShell"}])"),
                          {house.environment()});
    EXPECT_NE(house.wait(task).error.find("PowerShell scripts cannot run"), std::string::npos)
        << house.task(task).error;
}

TEST(Run, of_an_unknown_action_type_fails_with_a_clear_message) {
    House house;
    auto task = house.run(house.runbook({{"Odd", "", "Success", "Bash", "Ocotpus.Script"}}), {house.environment()});
    auto ended = house.wait(task);
    EXPECT_EQ(ended.state, domain::TaskState::failed);
    EXPECT_NE(ended.error.find("Ocotpus.Script"), std::string::npos) << ended.error;
}

TEST(Run, is_canceled_while_it_runs) {
    House house;
    auto task = house.run(house.runbook({{"Sleep", "echo begun; sleep 300"}}), {house.environment()});
    house.wait_for_text(task, "begun");
    operations::cancel_task(*house.store, *house.engine, domain::system_caller(), task);
    EXPECT_EQ(house.wait(task).state, domain::TaskState::canceled);
}

TEST(Run, masks_sensitive_variables_everywhere) {
    House house;
    auto runbook =
        house.runbook({{"Tell", "v=$(get_octopusvariable Password); echo \"it is $v\"; echo -n \"$v\" | base64; "
                                "set_octopusvariable Copy \"$v\" -sensitive"},
                       {"Again", "get_octopusvariable 'Octopus.Action[Tell].Output.Copy' | wc -c; get_octopusvariable "
                                 "'Octopus.Action[Tell].Output.Copy'"}},
                      R"([{"Name":"Password","Value":"swordfish-7781","IsSensitive":true,"Type":"Sensitive"}])");
    auto task = house.run(runbook, {house.environment()});
    EXPECT_EQ(house.wait(task).state, domain::TaskState::success) << house.log(task);
    EXPECT_EQ(house.output(task, 1).substr(0, 2), "14") << house.output(task, 1);
    auto log = house.log(task);
    EXPECT_EQ(log.find("swordfish-7781"), std::string::npos);
    EXPECT_EQ(log.find(base::to_base64("swordfish-7781")), std::string::npos);
    EXPECT_NE(log.find("********"), std::string::npos);
    house.stop();
    for (auto const& entry : std::filesystem::recursive_directory_iterator(house.folder())) {
        if (!entry.is_regular_file()) continue;
        auto bytes = base::read_file(entry.path()).value_or("");
        EXPECT_EQ(bytes.find("swordfish-7781"), std::string::npos) << entry.path();
    }
    house.start();
}

TEST(Run, in_an_environment_sees_the_value_scoped_to_it) {
    House house;
    auto one = house.environment("One"), two = house.environment("Two");
    auto runbook =
        house.runbook({{"Say", "echo \"#{Color}\""}},
                      R"([{"Name":"Color","Value":"grey"},{"Name":"Color","Value":"red","Scope":{"Environment":[")" +
                          two + R"("]}}])");
    auto first = house.run(runbook, {one}), second = house.run(runbook, {two});
    house.wait(first);
    house.wait(second);
    EXPECT_EQ(house.output(first), "grey\n");
    EXPECT_EQ(house.output(second), "red\n");
}

TEST(Run, without_a_published_snapshot_is_refused) {
    House house;
    auto runbook = house.runbook({{"Say", "echo"}});
    operations::change<domain::Runbook>(*house.store, domain::system_caller(), "Spaces-1", runbook,
                                        [](domain::Runbook& each) { each.published_snapshot = {}; });
    try {
        house.run(runbook, {house.environment()});
        FAIL() << "it ran";
    } catch (base::Error const& error) {
        EXPECT_EQ(error.kind(), base::Kind::invalid);
        EXPECT_NE(error.message().find("published snapshot"), std::string::npos) << error.message();
    }
}

TEST(Run, cannot_be_deleted_while_it_runs_and_takes_task_and_log_with_it_later) {
    House house;
    auto runbook = house.runbook({{"Sleep", "echo begun; sleep 2"}});
    auto task = house.run(runbook, {house.environment()});
    auto run = house.task(task).run_id;
    auto const& noun = domain::noun_of<domain::RunbookRun>();
    EXPECT_THROW(operations::remove(*house.store, domain::system_caller(), noun, "Spaces-1", run), base::Error);
    house.wait(task);
    operations::remove(*house.store, domain::system_caller(), noun, "Spaces-1", run);
    house.store->read([&](store::Session& session) {
        EXPECT_FALSE(store::find_task(session, task));
        EXPECT_TRUE(store::list_attempts(session, task).empty());
        EXPECT_FALSE(store::find_log_chunk(session, task, 1, 1));
        EXPECT_FALSE(store::verify_events(session));
        store::EventQuery query;
        query.regarding = {run};
        EXPECT_GE(store::list_events(session, query).total, 3); // requested, started, succeeded; and deleted
    });
}

TEST(Log, of_every_kind_of_bytes_arrives_intact) {
    House house;
    auto task = house.run(house.runbook({{"Bytes", "printf 'a\\000b\\377\\376 \\033[31mred\\033[0m 10%%\\r20%%\\r\\n'; "
                                                   "head -c 300000 /dev/zero | tr '\\000' x; echo; printf 'no end'"}}),
                          {house.environment()});
    EXPECT_EQ(house.wait(task).state, domain::TaskState::success);
    auto expected =
        std::string("a\0b\377\376 \033[31mred\033[0m 10%\r20%\r\n", 28) + std::string(300000, 'x') + "\nno end";
    EXPECT_TRUE(house.output(task) == expected) << house.output(task).substr(0, 40);
}

TEST(Log, of_many_lines_is_complete_and_read_from_any_line) {
    House house;
#ifdef STEPWELL_SANITIZED
    constexpr int lines = 20'000;
#else
    constexpr int lines = 1'000'000;
#endif
    auto task = house.run(house.runbook({{"Many", "seq 1 " + std::to_string(lines)}}), {house.environment()});
    EXPECT_EQ(house.wait(task).state, domain::TaskState::success);
    std::string expected;
    for (int i = 1; i <= lines; ++i) expected += std::to_string(i) + "\n";
    EXPECT_TRUE(house.output(task) == expected);
    auto attempt = house.attempts(task).at(0);
    EXPECT_EQ(attempt.lines, lines);
    auto some = operations::read_lines(*house.engine, attempt, lines - 5, 3).lines;
    ASSERT_EQ(some.size(), 3u);
    EXPECT_EQ(some[0].text, std::to_string(lines - 4));
    EXPECT_EQ(some[2].number, lines - 3);
    operations::ActivityOptions options;
    options.tail = 10;
    auto activity = operations::read_activity(*house.store, *house.engine, house.task(task), options);
    auto const& shown = activity.children.at(0).children.at(0).lines;
    ASSERT_EQ(shown.size(), 11u); // the gap and ten lines
    EXPECT_EQ(shown.back().text, std::to_string(lines));
    EXPECT_EQ(shown.back().number, lines);
}
