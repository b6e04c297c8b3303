#include "domain/system_variables.h"

#include "samples.h"
#include "variables/evaluate.h"
#include "variables/resolve.h"

#include <gtest/gtest.h>

namespace stepwell::domain {
namespace {

using namespace samples;

std::map<std::string, std::string> by_name(std::vector<variables::Candidate> const& all) {
    std::map<std::string, std::string> found;
    for (auto const& one : all) EXPECT_TRUE(found.emplace(one.name, one.text).second) << one.name << " twice";
    return found;
}

struct Sample {
    Space space;
    Project project;
    Runbook runbook;
    RunbookSnapshot snapshot;
    RunbookRun run;
    Environment environment;
    User ann;
    RunSubjects subjects;

    Sample() {
        space.id = "Spaces-1", space.name = "Default", space.slug = "default";
        project.id = "Projects-1", project.space_id = "Spaces-1", project.name = "Shop", project.slug = "shop";
        runbook.id = "Runbooks-1", runbook.name = "Restart", runbook.slug = "restart";
        snapshot.id = "RunbookSnapshots-1", snapshot.name = "S1", snapshot.runbook = {"Runbooks-1"};
        run.id = "RunbookRuns-1", run.name = "Run 1", run.comments = "please", run.deployed_by = "ann";
        run.created = *base::parse_time("2024-08-02T05:07:42Z");
        environment.id = "Environments-1", environment.name = "Test", environment.slug = "test";
        environment.sort_order = 3;
        ann.id = "Users-1", ann.username = "ann", ann.display_name = "Ann #{x}";
        subjects = {&space,       nullptr, &project,        &runbook,     &snapshot,   &run,
                    &environment, &ann,    "ServerTasks-1", "RunbookRun", run.created, "https://runbooks.example"};
    }
};

TEST(SystemVariables, tell_everything_about_a_run) {
    Sample sample;
    auto found = by_name(run_variables(sample.subjects));
    std::map<std::string, std::string> const expected{
        {"Octopus.Space.Id", "Spaces-1"},
        {"Octopus.Space.Name", "Default"},
        {"Octopus.Project.Id", "Projects-1"},
        {"Octopus.Project.Name", "Shop"},
        {"Octopus.Project.Slug", "shop"},
        {"Octopus.Environment.Id", "Environments-1"},
        {"Octopus.Environment.Name", "Test"},
        {"Octopus.Environment.SortOrder", "3"},
        {"Octopus.Runbook.Id", "Runbooks-1"},
        {"Octopus.Runbook.Name", "Restart"},
        {"Octopus.RunbookSnapshot.Id", "RunbookSnapshots-1"},
        {"Octopus.RunbookSnapshot.Name", "S1"},
        {"Octopus.RunbookSnapshot.Notes", ""},
        {"Octopus.RunbookRun.Id", "RunbookRuns-1"},
        {"Octopus.RunbookRun.Comments", "please"},
        {"Octopus.RunbookRun.Created", "2024-08-02T05:07:42.000+00:00"},
        {"Octopus.RunbookRun.CreatedBy.Username", "ann"},
        {"Octopus.Deployment.CreatedBy.Id", "Users-1"},
        {"Octopus.Deployment.CreatedBy.DisplayName", "Ann #{x}"},
        {"Octopus.Deployment.Comments", "please"},
        {"Octopus.Task.Id", "ServerTasks-1"},
        {"Octopus.Task.QueueTime", "2024-08-02T05:07:42.000+00:00"},
        {"Octopus.Web.ServerUri", "https://runbooks.example"},
        {"Octopus.Web.RunbookSnapshotLink",
         "/app#/Spaces-1/projects/Projects-1/operations/runbooks/Runbooks-1/snapshots/RunbookSnapshots-1"},
        {"Octopus.Web.RunbookRunLink", "/app#/Spaces-1/tasks/ServerTasks-1"},
    };
    for (auto const& [name, value] : expected) EXPECT_EQ(found[name], value) << name;
}

TEST(SystemVariables, do_with_the_subjects_they_have) {
    RunSubjects none;
    EXPECT_FALSE(by_name(run_variables(none)).contains("Octopus.Project.Id"));
    Sample sample;
    sample.subjects.requester = nullptr;
    EXPECT_EQ(by_name(run_variables(sample.subjects))["Octopus.Deployment.CreatedBy.Username"], "ann");
}

TEST(SystemVariables, cannot_be_set_by_others_and_are_taken_literally) {
    Sample sample;
    auto all = run_variables(sample.subjects);
    variables::Candidate forged;
    forged.name = "octopus.project.name";
    forged.text = "forged";
    forged.precedence = variables::Precedence::property;
    forged.scope = {{"Action", {"a"}}};
    all.insert(all.begin(), forged);
    variables::Context context;
    context.hold("Action", "a");
    auto resolution = variables::resolve(all, context);
    EXPECT_EQ(resolution.find("Octopus.Project.Name")->text, "Shop");
    EXPECT_EQ(variables::evaluate("#{Octopus.Deployment.CreatedBy.DisplayName}", resolution.dictionary()).text,
              "Ann #{x}");
}

TEST(SystemVariables, tell_which_action_runs_and_carry_its_properties) {
    auto content = content_of({step("a"), step_of({bash("b"), bash("c")})});
    auto& action = content.steps[1].actions[1];
    action.properties.items.emplace_back("Host", "#{Target}");
    action.properties.items.emplace_back("Token", Secret{true, {}});
    action.properties.items.emplace_back("Never set", Secret{});
    content.steps[1].properties.items.emplace_back("Octopus.Action.MaxParallelism", "2");
    content.secrets = {{content.process_id, "Steps[step-b].Actions[action-c].Properties.Token", 5}};
    auto plan = flatten(content);
    auto all = action_variables(content, plan[2], [](std::int64_t number) { return std::to_string(number); });
    auto found = by_name(all);
    EXPECT_EQ(found["Octopus.Action.Id"], "action-c");
    EXPECT_EQ(found["Octopus.Action.Name"], "c");
    EXPECT_EQ(found["Octopus.Action.Number"], "2.2");
    EXPECT_EQ(found["Octopus.Step.Id"], "step-b");
    EXPECT_EQ(found["Octopus.Step.Name"], "b");
    EXPECT_EQ(found["Octopus.Step.Number"], "2");
    EXPECT_EQ(found["Octopus.Action.MaxParallelism"], "2");
    EXPECT_EQ(found["Octopus.Action.Script.Syntax"], "Bash");
    EXPECT_EQ(found["Host"], "#{Target}");
    EXPECT_EQ(found["Token"], "5");
    EXPECT_FALSE(found.contains("Never set"));
    EXPECT_FALSE(found.contains("Octopus.Action.Script.ScriptBody"));
    for (auto const& one : all) EXPECT_EQ(one.sensitive, one.name == "Token");

    variables::Candidate global;
    global.name = "Host", global.text = "global";
    variables::Candidate target;
    target.name = "Target", target.text = "web-1";
    all.insert(all.begin(), {global, target});
    auto resolution = variables::resolve(all, context_of({}, &plan[2]));
    EXPECT_EQ(variables::evaluate("#{Host}", resolution.dictionary()).text, "web-1");
}

TEST(SystemVariables, tell_what_the_steps_before_left) {
    auto content = content_of({step("Back up"), step("Skip me"), step_of({bash("x"), bash("y")}), step("later")});
    std::vector<StepOutcome> outcomes{
        {0, OutcomeState::succeeded, "", {{"File", "/tmp/#{x}", false}, {"Key", "k", true}}},
        {1, OutcomeState::skipped, "disabled", {}},
        {2, OutcomeState::failed, "exit code 3", {}}};
    auto all = outcome_variables(content, outcomes, "Step 3.1 'x' failed: exit code 3");
    auto found = by_name(all);
    EXPECT_EQ(found["Octopus.Action[Back up].Output.File"], "/tmp/#{x}");
    EXPECT_EQ(found["Octopus.Step[Back up].Status.Code"], "Succeeded");
    EXPECT_EQ(found["Octopus.Step[Skip me].Status.Code"], "Skipped");
    EXPECT_EQ(found["Octopus.Step[x].Status.Code"], "Failed");
    EXPECT_EQ(found["Octopus.Step[x].Status.Error"], "exit code 3");
    EXPECT_EQ(found["Octopus.Step[later].Status.Code"], "Pending");
    EXPECT_EQ(found["Octopus.Action[Skip me].IsSkipped"], "True");
    EXPECT_EQ(found["Octopus.Deployment.Error"], "Step 3.1 'x' failed: exit code 3");
    EXPECT_EQ(found["Octopus.Deployment.ErrorDetail"], "x: exit code 3");
    for (auto const& one : all) {
        EXPECT_EQ(one.sensitive, one.name == "Octopus.Action[Back up].Output.Key");
        EXPECT_TRUE(variables::is_literal(one.precedence));
    }
}

TEST(SystemVariables, tell_outputs_by_target) {
    auto content = content_of({step("s")});
    std::vector<StepOutcome> outcomes{
        {0,
         OutcomeState::succeeded,
         "",
         {{"v", "1", true, "web-1"}, {"v", "2", false, "web-2"}, {"w", "3", false, "web-1"}}}};
    auto all = outcome_variables(content, outcomes, "");
    auto found = by_name(all);
    EXPECT_EQ(found["Octopus.Action[s].Output[web-1].v"], "1");
    EXPECT_EQ(found["Octopus.Action[s].Output[web-2].v"], "2");
    EXPECT_EQ(found["Octopus.Action[s].Output.v"], "2") << "the last target applies";
    EXPECT_EQ(found["Octopus.Action[s].Output.w"], "3");
    for (auto const& one : all) EXPECT_EQ(one.sensitive, one.name == "Octopus.Action[s].Output[web-1].v") << one.name;
}

TEST(SystemVariables, say_nothing_of_errors_while_all_goes_well) {
    auto content = content_of({step_of({bash("x"), bash("y")})});
    auto found = by_name(outcome_variables(content, outcomes_of("s"), ""));
    EXPECT_FALSE(found.contains("Octopus.Deployment.Error"));
    EXPECT_EQ(found["Octopus.Step[x].Status.Code"], "Running");
    for (auto [letters, code] : {std::pair{"ss", "Succeeded"},
                                 {"sk", "Succeeded"},
                                 {"kk", "Skipped"},
                                 {"su", "Failed"},
                                 {"sc", "Canceled"},
                                 {"", "Pending"}})
        EXPECT_EQ(by_name(outcome_variables(content, outcomes_of(letters), ""))["Octopus.Step[x].Status.Code"], code)
            << letters;
}

TEST(SystemVariables, say_which_scopes_hold) {
    Sample sample;
    auto content = content_of({step("a")});
    auto plan = flatten(content);
    auto context = context_of(sample.subjects, &plan[0]);
    for (auto [dimension, id] : {std::pair{"Environment", "Environments-1"},
                                 {"ProcessOwner", "Runbooks-1"},
                                 {"Action", "action-a"},
                                 {"Action", "step-a"}})
        EXPECT_TRUE(context.holds(dimension, id)) << id;
    EXPECT_FALSE(context.holds("Channel", "Channels-1"));
}

} // namespace
} // namespace stepwell::domain
