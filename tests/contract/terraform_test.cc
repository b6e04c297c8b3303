// Requests of the Terraform provider for a runbook and its dependencies. Unset values arrive as "".
#include "contract/workshop.h"

namespace stepwell::contract {

namespace {

struct Terraform : Workshop {
    std::string made(std::string const& path, std::string const& body) {
        auto const answer = server.created(path, body);
        auto const self = text_at(answer, "/Links/Self");
        EXPECT_EQ(server.json(self), answer) << "the plan after it shows no change";
        auto again = server.changed(self, base::to_text(answer));
        auto before = answer;
        for (auto stamp : {"LastModifiedOn", "LastModifiedBy"}) {
            base::erase_member(again, stamp);
            base::erase_member(before, stamp);
        }
        EXPECT_EQ(again, before) << "sent back as it is";
        return text_at(answer, "/Id");
    }
};

std::string const no_targets =
    R"({"AllowDeploymentsToNoTargets":false,"ExcludeUnhealthyTargets":false,"SkipMachineBehavior":"","TargetRoles":null})";
std::string const keep_default = R"({"QuantityToKeep":0,"ShouldKeepForever":true,"Strategy":"Default","Unit":"Items"})";

} // namespace

TEST_F(Terraform, makes_a_runbook_with_all_it_needs) {
    auto const in = "/api/" + made("/api/spaces", R"({"ID":"","Name":"Team","Slug":"","Description":"",
        "SpaceManagersTeams":["teams-administrators"],"SpaceManagersTeamMembers":[],"IsDefault":false,"TaskQueueStopped":false})") +
                    "/";
    auto const dev = made(in + "environments", R"({"ID":"","Name":"Dev","Slug":"","Description":"","SortOrder":"",
        "SpaceId":"","AllowDynamicInfrastructure":false,"UseGuidedFailure":false,"ExtensionSettings":[],"EnvironmentTags":null})");
    auto const group = made(in + "projectgroups", R"({"ID":"","Name":"Group","Slug":"","Description":"","SpaceId":"",
        "EnvironmentIds":null,"RetentionPolicyId":""})");
    auto const lifecycle = made(in + "lifecycles", R"({"ID":"","Name":"Line","Slug":"","Description":"","SpaceId":"",
        "ReleaseRetentionPolicy":)" + keep_default + R"(,"TentacleRetentionPolicy":)" +
                                                       keep_default + R"(,
        "Phases":[{"Id":"","Name":"One","AutomaticDeploymentTargets":null,"OptionalDeploymentTargets":[")" +
                                                       dev + R"("],
        "MinimumEnvironmentsBeforePromotion":0,"IsOptionalPhase":false,"ReleaseRetentionPolicy":null,"TentacleRetentionPolicy":null}]})");
    auto const project = made(in + "projects", R"({"ID":"","Name":"Shop","Slug":"","Description":"","SpaceId":"",
        "LifecycleId":")" + lifecycle + R"(","ProjectGroupId":")" +
                                                   group + R"(","ClonedFromProjectId":"","DeploymentProcessId":"",
        "VariableSetId":"","TenantedDeploymentMode":"","DefaultGuidedFailureMode":"","IncludedLibraryVariableSetIds":null,
        "PersistenceSettings":{"Type":""},"ProjectConnectivityPolicy":)" +
                                                   no_targets + R"(,"ReleaseCreationStrategy":{"ChannelId":"",
        "ReleaseCreationPackageStepId":""},"VersioningStrategy":{"Template":"","DonorPackageStepId":""},"Templates":[]})");
    auto const runbook = made(in + "runbooks", R"({"ID":"","Name":"Restart","Slug":"","Description":"","SpaceId":"",
        "ProjectId":")" + project + R"(","RunbookProcessId":"","PublishedRunbookSnapshotId":"","MultiTenancyMode":"",
        "EnvironmentScope":"","Environments":null,"DefaultGuidedFailureMode":"","ForcePackageDownload":false,
        "ConnectivityPolicy":)" + no_targets + R"(,"RunRetentionPolicy":)" +
                                                   keep_default + "}");
    auto const answer = server.json(in + "runbooks/" + runbook);
    EXPECT_EQ(text_at(answer, "/MultiTenancyMode"), "Untenanted");
    EXPECT_EQ(text_at(answer, "/EnvironmentScope"), "All");
    EXPECT_EQ(text_at(answer, "/DefaultGuidedFailureMode"), "EnvironmentDefault");
    EXPECT_EQ(text_at(answer, "/ConnectivityPolicy/SkipMachineBehavior"), "None");
    EXPECT_EQ(text_at(answer, "/RunRetentionPolicy/Strategy"), "Default");
    auto const variables = in + "variables/variableset-" + project;
    auto set = server.changed(variables,
                              R"({"Version":0,"OwnerId":"","SpaceId":"","Variables":[{"Id":"","Name":"Host","Value":"a",
        "Description":"","Type":"String","IsEditable":"","IsSensitive":false,"Prompt":null,"Scope":{"Environment":[")" +
                                  dev + R"("]}}]})");
    EXPECT_EQ(server.json(variables), set);
    auto const process = in + "runbookProcesses/RunbookProcess-" + runbook;
    auto steps = server.changed(
        process, R"({"Version":0,"LastSnapshotId":"","Steps":[{"Id":"","Name":"Go","Slug":"","Condition":"",
        "PackageRequirement":"","StartTrigger":"","Properties":{},"Actions":[{"Id":"","Name":"Go","Slug":"","ActionType":"Octopus.Script",
        "Notes":"","Condition":"","WorkerPoolId":"","WorkerPoolVariable":"","Container":{"FeedId":"","Image":""},"IsDisabled":"",
        "Environments":null,"Packages":[{"Id":"","Name":"","PackageId":"Shop","FeedId":"","AcquisitionLocation":"","Properties":{}}],
        "Properties":{"Octopus.Action.Script.Syntax":"Bash","Octopus.Action.Script.ScriptBody":""}}]}]})");
    base::erase_member(steps, "Warnings");
    EXPECT_EQ(server.json(process), steps);
    EXPECT_EQ(text_at(steps, "/Steps/0/Condition"), "Success");
    EXPECT_EQ(text_at(steps, "/Steps/0/Actions/0/Packages/0/AcquisitionLocation"), "Server");
    EXPECT_EQ(at(steps, "/Steps/0/Actions/0/Properties/Octopus.Action.Script.ScriptBody"), Json("")) << "a free text";
}

// Older clients express retention by numbers alone.
TEST_F(Terraform, keeps_by_numbers_where_no_strategy_is_named) {
    auto const line =
        server.created(space + "lifecycles", R"({"Name":"Old","ReleaseRetentionPolicy":{"QuantityToKeep":3,
        "ShouldKeepForever":false},"TentacleRetentionPolicy":{"QuantityToKeep":0,"ShouldKeepForever":true,"Unit":""}})");
    EXPECT_EQ(at(line, "/ReleaseRetentionPolicy"),
              parsed(R"({"Strategy":"Count","Unit":"Days","QuantityToKeep":3,"ShouldKeepForever":false})"));
    EXPECT_EQ(at(line, "/TentacleRetentionPolicy"),
              parsed(R"({"Strategy":"Forever","Unit":"Items","QuantityToKeep":0,"ShouldKeepForever":true})"));
    auto const shop = project("Shop");
    auto const book = server.created(space + "runbooks", R"({"Name":"R","ProjectId":")" + shop +
                                                             R"(","RunRetentionPolicy":{"QuantityToKeep":5}})");
    EXPECT_EQ(at(book, "/RunRetentionPolicy"),
              parsed(R"({"Strategy":"Count","Unit":"Items","QuantityToKeep":5,"ShouldKeepForever":false})"));
}

// Every response can be sent back unchanged.
TEST_F(Terraform, sends_every_answer_back_unchanged) {
    environment("Dev");
    auto const shop = project("Shop"), book = runbook(shop, "Restart");
    set_steps(book, step("Go", "true", R"(,"WorkerPoolId":"WorkerPools-1")"));
    set_variables(
        shop, R"({"Name":"Host","Value":"a"},{"Name":"Key","Type":"Sensitive","IsSensitive":true,"Value":"secret"})");
    snapshot(book, "One", true);
    create("accounts",
           R"({"Name":"Azure","AccountType":"AzureOidc","SubscriptionNumber":"5d3f0a52-7c1e-4f0b-9a86-2f6d1c9b7e34",
        "ClientId":"5d3f0a52-7c1e-4f0b-9a86-2f6d1c9b7e34","TenantId":"5d3f0a52-7c1e-4f0b-9a86-2f6d1c9b7e34"})");
    for (std::string const route : {"spaces", "environments", "projectgroups", "lifecycles", "projects", "channels",
                                    "runbooks", "runbookProcesses", "deploymentprocesses", "runbookSnapshots",
                                    "accounts", "workerpools", "machinepolicies", "users", "retentionpolicies"}) {
        auto const all = server.json((route == "spaces" || route == "users" ? "/api/" : space) + route + "/all");
        EXPECT_FALSE(all.as_array().empty()) << route;
        for (auto before : all.as_array()) {
            auto const self = text_at(before, "/Links/Self");
            auto const response = server.put(self, base::to_text(before));
            ASSERT_EQ(response.status, 200) << self << ": " << response.body;
            auto after = parsed(response.body);
            for (auto stamp : {"LastModifiedOn", "LastModifiedBy", "Version", "Warnings"}) {
                base::erase_member(before, stamp);
                base::erase_member(after, stamp);
            }
            EXPECT_EQ(after, before) << self;
        }
    }
    auto const with_pool = step("Go", "true", R"(,"WorkerPoolId":"WorkerPools-99")");
    expect_refused(server.put(space + "runbookProcesses/RunbookProcess-" + book, R"({"Steps":[)" + with_pool + "]}"),
                   400, "WorkerPoolId: there is no 'WorkerPools-99'");
    auto const line = create("lifecycles", R"({"Name":"Line"})");
    create("channels", R"({"Name":"Side","ProjectId":")" + shop + R"(","LifecycleId":")" + line + "\"}");
    expect_refused(server.del(space + "lifecycles/" + line), 400, "used by Channel 'Side'");
    auto const settings = server.json(space + "projects/" + shop + "/deploymentsettings");
    EXPECT_EQ(server.changed(space + "projects/" + shop + "/deploymentsettings", base::to_text(settings)), settings);
}

} // namespace stepwell::contract
