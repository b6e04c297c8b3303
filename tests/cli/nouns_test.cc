#include "commands_support.h"

namespace stepwell::cli {
namespace {

class Nouns : public Commands {};

TEST_F(Nouns, are_listed_as_a_table_or_as_the_servers_json) {
    EXPECT_EQ(output("environment list"), "Id              Name        Description\n"
                                          "Environments-1  Production\n"
                                          "Environments-2  Staging\n");
    EXPECT_EQ(output("environment list --partial-name stag"),
              "Id              Name     Description\nEnvironments-2  Staging\n");
    EXPECT_EQ(output("environment list --output json"), server.get("/api/environments?skip=0&take=100").body + "\n");
    auto const some = ran("environment list --take 1");
    EXPECT_EQ(some.err, "1 of 2; --take and --skip show others.\n");
}

TEST_F(Nouns, are_found_by_id_name_and_slug) {
    for (auto word : {"Environments-1", "environments-1", "Production", "production", "PRODUCTION"})
        EXPECT_EQ(text_at(base::parse_json(output("environment view " + std::string(word) + " --output json")), "/Id"),
                  "Environments-1")
            << word;
    environment("all"); // also the name of a route
    EXPECT_EQ(text_at(base::parse_json(output("environment view all --output json")), "/Name"), "all");
    EXPECT_EQ(text_at(base::parse_json(output("user view admin --output json")), "/Username"), "admin");
    auto const none = ran("environment view Nowhere");
    EXPECT_EQ(none.code, 1);
    EXPECT_EQ(none.err, "stepwell: There is no environment 'Nowhere'.\n");
}

TEST_F(Nouns, are_narrowed_to_their_owner) {
    auto const other = project("Bank");
    runbook(project_id, "Restart");
    runbook(other, "Restart");
    auto const both = ran("runbook view Restart");
    EXPECT_EQ(both.code, 1);
    EXPECT_NE(both.err.find("Several runbooks have the name 'Restart': Runbooks-1, Runbooks-2."), std::string::npos)
        << both.err;
    EXPECT_EQ(text_at(base::parse_json(output("runbook view Restart --project Bank --output json")), "/ProjectId"),
              other);
    EXPECT_EQ(output("runbook list --project Bank"),
              "Id          Name     Description  ProjectId\nRunbooks-2  Restart               Projects-2\n");
    for (auto const& [id, owner] : {std::pair("Runbooks-1", project_id), {"Runbooks-2", other}}) {
        put("runbooks/" + std::string(id),
            contract::parsed(R"({"Name":"Restart","Slug":"again","ProjectId":")" + owner + R"("})"));
        auto const whose = owner == other ? "Bank" : "Shop";
        EXPECT_EQ(text_at(base::parse_json(output("runbook view again --output json --project " + std::string(whose))),
                          "/Id"),
                  id);
    }
    auto const empty = ran("runbook view Runbooks-1 --project Bank");
    EXPECT_EQ(empty.code, 1) << empty.out;
}

TEST_F(Nouns, are_deleted_only_when_somebody_says_yes) {
    auto const silent = ran("environment delete Staging");
    EXPECT_EQ(silent.code, 2);
    EXPECT_EQ(silent.err, "stepwell: --yes: is required if there is no terminal to confirm on\n");
    Program no = start("environment delete Staging", true);
    ASSERT_TRUE(no.hears("Delete environment 'Staging' (Environments-2)? [y/N] "));
    no.type("\n");
    EXPECT_EQ(no.end().code, 1);
    Program yes = start("environment delete Staging", true);
    ASSERT_TRUE(yes.hears("[y/N] "));
    yes.type("y\n");
    EXPECT_EQ(yes.end().code, 0);
    EXPECT_EQ(output("environment delete Production --yes"), "Deleted environment 'Production' (Environments-1).\n");
    EXPECT_EQ(output("environment list"), "Id  Name  Description\n");
}

TEST_F(Nouns, show_names_without_what_they_do_to_a_terminal) {
    server.created("/api/environments", R"({"Name":"a\u001b[31mb\u202ec"})");
    auto const text = output("environment list --skip 2");
    EXPECT_EQ(text, "Id              Name       Description\nEnvironments-3  a\uFFFD[31mb\uFFFDc\n");
}

TEST_F(Nouns, of_another_space_are_seen_with_its_name) {
    server.created("/api/spaces", R"({"Name":"Second Home","SpaceManagersTeamMembers":["Users-1"]})");
    for (auto word : {"\"Second Home\"", "second-home", "Spaces-2"})
        EXPECT_EQ(output("environment list --space " + std::string(word)), "Id  Name  Description\n");
    auto with_space = setting();
    with_space.environment["STEPWELL_SPACE"] = "Second Home";
    EXPECT_EQ(Program({"project-group", "list", "--output", "json"}, with_space).end().out.find("Spaces-1"),
              std::string::npos);
}

TEST_F(Nouns, snapshots_are_made_and_published) {
    auto const id = runbook(project_id, "Restart");
    set_steps(id, step("One", "echo one"));
    EXPECT_EQ(output("snapshot create --runbook Restart --project Shop --name First"),
              "Created 'First' (RunbookSnapshots-1).\n");
    EXPECT_EQ(output("snapshot create --runbook Restart --project Shop --name Second --publish"),
              "Created and published 'Second' (RunbookSnapshots-2).\n");
    EXPECT_EQ(text_at(get("runbooks/" + id), "/PublishedRunbookSnapshotId"), "RunbookSnapshots-2");
    EXPECT_EQ(output("snapshot publish First --runbook Restart --project Shop"),
              "Published 'First' (RunbookSnapshots-1).\n");
    EXPECT_EQ(text_at(get("runbooks/" + id), "/PublishedRunbookSnapshotId"), "RunbookSnapshots-1");
    auto const listed = output("snapshot list --runbook Restart --project Shop");
    EXPECT_LT(listed.find("Second"), listed.find("First")) << listed;
    auto const twice = ran("snapshot create --runbook Restart --project Shop --name First");
    EXPECT_EQ(twice.code, 1);
    EXPECT_NE(twice.err.find("already exists"), std::string::npos) << twice.err;
    EXPECT_EQ(output("snapshot delete Second --runbook Restart --project Shop --yes"),
              "Deleted runbook snapshot 'Second' (RunbookSnapshots-2).\n");
}

TEST_F(Nouns, tell_the_warnings_of_what_they_save) {
    auto const id = runbook(project_id, "Retry");
    constexpr auto retries = "Octopus.Action.AutoRetry.MaximumCount", place = "\"Octopus.Action.RunOnServer\"";
    set_steps(id, base::replace_all(step("Go", "echo first"), place, fmt::format("\"{}\":\"3\",{}", retries, place)));
    auto const path = fmt::format("Steps[0].Actions[0].Properties.{}", retries);
    snapshot(id, "Earlier");
    for (std::string line : {"create --name First --publish", "publish Earlier"}) {
        auto const ended = ran("snapshot " + line + " --runbook Retry --project Shop");
        EXPECT_EQ(ended.code, 0) << ended.err;
        EXPECT_EQ(ended.err.find("warning: " + path + ": "), 0u) << line << ": " << ended.err;
        EXPECT_TRUE(ended.err.ends_with("retries are not supported yet.\n")) << ended.err;
    }
    auto const followed = output("run Retry -p Shop -e Production --follow");
    EXPECT_NE(followed.find("retries are not supported yet.\nfirst\n"), std::string::npos) << followed;
    EXPECT_EQ(output("task log ServerTasks-1 --follow"), followed);
}

TEST_F(Nouns, tasks_are_listed_shown_and_canceled) {
    published("Restart", "echo first; echo second");
    published("Slow", "sleep 60");
    EXPECT_EQ(ran("run Restart -p Shop -e Production --wait").code, 0);
    auto const raw = output("task log ServerTasks-1");
    EXPECT_NE(raw.find("first"), std::string::npos) << raw;
    EXPECT_EQ(output("run Slow -p Shop -e Production"), "ServerTasks-2\n");
    while (state("ServerTasks-2") != "Executing") std::this_thread::sleep_for(std::chrono::milliseconds(20));
    auto const executing = output("task list --state Executing");
    EXPECT_NE(executing.find("ServerTasks-2"), std::string::npos) << executing;
    EXPECT_EQ(executing.find("ServerTasks-1"), std::string::npos) << executing;
    EXPECT_NE(output("task list --runbook Restart --project Shop").find("ServerTasks-1  Success"), std::string::npos);
    EXPECT_EQ(output("task cancel ServerTasks-2").substr(0, 14), "ServerTasks-2 ");
    EXPECT_EQ(output("task cancel ServerTasks-1"), "ServerTasks-1 had already ended: Success\n");
    EXPECT_NE(output("task list --state success").find("ServerTasks-1"), std::string::npos);
    EXPECT_EQ(ran("task wait ServerTasks-2").code, 1);
    EXPECT_NE(output("task view ServerTasks-2").find("Canceled"), std::string::npos);
    for (std::string command : {"log ServerTasks-9 --follow", "log ServerTasks-9", "wait ServerTasks-9",
                                "view ServerTasks-9", "cancel ServerTasks-9", "list --project Nowhere"}) {
        auto const none = ran("task " + command);
        EXPECT_EQ(none.code, 2) << command;
        EXPECT_NE(none.err.find(command.starts_with("list") ? "Nowhere" : "ServerTasks-9"), std::string::npos)
            << none.err;
    }
}

} // namespace
} // namespace stepwell::cli
